import { expect } from "chai";
import fc from "fast-check";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { count, nameText, positive, share, whole } from "../../../../src/base/schema/fields.js";
import {
  checkJson,
  everyFault,
  formatJsonSchema,
  type JsonFormat,
  parseJson,
  readJson,
} from "../../../../src/base/schema/json-format.js";
import { keyTable } from "../../../../src/base/schema/key-table.js";
import { withCheck } from "../../../../src/base/schema/with-check.js";
import { z } from "../../../../src/base/schema/zod.js";
import { expectNasError } from "../../../support/expect-nas-error.js";
import { expectLocatedErrors, mutationsOf } from "../../../support/json-mutations.js";
import { temporaryFolder } from "../../../support/temporary-folder.js";

const part = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("dac"), bits: whole(1, 8), inputs: z.tuple([nameText]) }),
  z.strictObject({ kind: z.literal("adc"), step: positive.describe("In volts."), share: share.optional() }),
]);

const board = withCheck(
  z.strictObject({
    format: z.literal("board"),
    version: z.literal(1),
    name: nameText,
    parts: z.array(part).min(1).max(3),
    gain: z.number().gt(0).max(2),
    pins: z.record(nameText, count),
  }),
  ({ parts, name }, refuse) => {
    if (parts.length > 2 && name === "small") refuse(["parts", 2], "is too much", "take it away");
  },
);

const format: JsonFormat<z.output<typeof board>> = {
  name: "board file",
  schema: board,
  codes: { ...everyFault("NAS_CONFIG_INVALID"), unknownKey: "NAS_CONFIG_UNKNOWN_KEY", notJson: "NAS_CONFIG_NOT_JSON" },
  hints: { unreadable: "give one", invalid: "correct them" },
  maxBytes: 4096,
};

const good = {
  format: "board",
  version: 1,
  name: "small",
  parts: [
    { kind: "dac", bits: 8, inputs: ["a"] },
    { kind: "adc", step: 0.5 },
  ],
  gain: 1.5,
  pins: { "a.1": 3 },
};

describe("a format of JSON files", () => {
  const folder = temporaryFolder();
  const text = JSON.stringify(good, undefined, 2);
  const parse = (changed: string) => parseJson(format, changed, "b.json").value;

  it("gives what the file says, without the address of its schema and the byte order mark", () => {
    const path = join(folder(), "b.json");
    writeFileSync(path, `\uFEFF${JSON.stringify({ $schema: "./x.json", ...good })}`);
    expect(readJson(format, path).value).to.deep.equal(good);
  });

  const faults: [from: string, to: string, place: string, message: string, hint: string][] = [
    ['"gain"', '"gian"', "18:3", "gian is no known key", 'did you mean "gain"?'],
    ['"bits": 8', '"bits": 9', "8:15", "parts[0].bits is 9, expected a whole number from 1 to 8", ""],
    ['"bits": 8', '"bits": 7.5', "8:15", "parts[0].bits is 7.5, expected a whole number from 1 to 8", ""],
    ['"gain": 1.5', '"gain": 1e999', "18:11", "gain is Infinity, expected a number above 0 up to 2", ""],
    ['"adc"', '"abc"', "14:15", 'parts[1].kind is "abc", expected one of dac, adc', 'did you mean "adc"?'],
    ['"step": 0.5', '"step": 0.5, "steps": 1', "", "parts[1].steps is no known key", 'did you mean "step"?'],
    [
      '"inputs": [',
      '"inputs": ["b", ',
      "9:17",
      'parts[0].inputs is ["b","a"], expected a list in brackets of 1 entry',
      "",
    ],
    ['"a.1": 3', '"a.1": 0', "", 'pins["a.1"] is 0, expected a whole number of at least 1', ""],
    ['"version": 1', '"version": 2, "next": 3', "3:14", "version is 2, expected 1", ""],
    ['"small"', '"small", "name": "large"', "4:20", 'the file has the key "name" twice', "keep one of the two"],
    ['"name": "small",', "", "1:1", "name is missing", "add name: a text of 1 to 200 characters"],
  ];
  for (const [from, to, place, message, hint] of faults) {
    it(`says where and what: ${message}`, () => {
      let thrown = "";
      try {
        parse(text.replace(from, to));
      } catch (error) {
        thrown = String(error);
        const { context, hint: told } = error as { context: Record<string, unknown>; hint: string };
        const { line, column } = context as { line: number; column: number };
        expect(thrown).to.match(new RegExp(`b\\.json:${line}:${column}: |b\\.json has 2 faults`));
        if (place !== "") expect(`${line}:${column}`).to.equal(place);
        if (hint !== "" && !thrown.includes("2 faults")) expect(told).to.equal(hint);
        if (hint !== "" && thrown.includes("2 faults")) expect(thrown).to.include(`(${hint})`);
      }
      expect(thrown).to.include(message);
    });
  }

  it("puts a room's own check where it belongs, with its hint", () => {
    const three = { ...good, parts: [...good.parts, good.parts[1]] };
    const error = expectNasError("NAS_CONFIG_INVALID", () => parse(JSON.stringify(three, undefined, 1)));
    expect(error.message).to.equal("b.json:17:3: parts[2] is too much");
    expect(error.hint).to.equal("take it away");
  });

  it("asks a room's own check only where each member is right", () => {
    const wrong = { ...good, gain: 3, parts: [...good.parts, good.parts[1]] };
    expect(expectNasError("NAS_CONFIG_INVALID", () => parse(JSON.stringify(wrong))).message).to.match(/: gain is 3/);
  });

  it("lets a reader add faults that it finds later, at their place", () => {
    const { fail } = parseJson(format, text, "b.json");
    const error = expectNasError("NAS_NETWORK_SHAPE", () =>
      fail(["parts", 1], "does not fit", { hint: "x", code: "NAS_NETWORK_SHAPE", context: { node: "n" } }),
    );
    expect(error.message).to.equal("b.json:13:5: does not fit");
    expect(error.context).to.deep.equal({ file: "b.json", line: 13, column: 5, key: "parts[1]", node: "n" });
  });

  it("checks a value that stands in no file, naming its origin alone", () => {
    const error = expectNasError("NAS_CONFIG_INVALID", () => checkJson(format, { ...good, gain: "1" }, "the board"));
    expect(error.message).to.equal('the board: gain is "1", expected a number above 0 up to 2');
    expect(error.context).to.deep.equal({ file: "the board", key: "gain" });
  });

  it("counts faults that are more than a person corrects at once", () => {
    const pins = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`p${index}`, -1]));
    const { message } = expectNasError("NAS_CONFIG_INVALID", () => parse(JSON.stringify({ ...good, pins })));
    expect(message)
      .to.match(/^b\.json has 50 faults:/)
      .and.to.match(/and 30 more$/);
  });

  it("refuses what is too large, no file or no text before it reads it as JSON", () => {
    const refused = (name: string, content: string) => {
      writeFileSync(join(folder(), name), content);
      return expectNasError("NAS_CONFIG_INVALID", () => readJson(format, join(folder(), name))).message;
    };
    expect(refused("large", " ".repeat(5000))).to.match(/5000 bytes; at most 4096 are read/);
    writeFileSync(join(folder(), "binary"), Uint8Array.of(0x22, 0xff, 0x22));
    const binary = expectNasError("NAS_CONFIG_NOT_JSON", () => readJson(format, join(folder(), "binary")));
    expect(binary.message).to.match(/no UTF-8 text/);
    mkdirSync(join(folder(), "sub"));
    for (const [name, why] of [
      ["sub", /it is a folder/],
      ["none", /ENOENT/],
      ["/dev/null", /no regular file/],
    ] as const) {
      const path = name.startsWith("/") ? name : join(folder(), name);
      expect(expectNasError("NAS_CONFIG_INVALID", () => readJson(format, path)).message).to.match(why);
    }
  });

  it("gives a value, or an error with file, line and column, whatever is changed in the text", () => {
    fc.assert(
      fc.property(mutationsOf(text), (mutated) => expectLocatedErrors(mutated, "b.json", parse)),
      { numRuns: 1500 },
    );
  });

  it("is done with a hostile text in time that grows with its length alone", () => {
    const mega = 2 ** 19;
    const hostile = [
      "[".repeat(mega),
      '{"a":'.repeat(mega / 4),
      `{"parts": [${"{},".repeat(mega / 4)}{}]}`,
      `{${Array.from({ length: mega / 16 }, (_, key) => `"k${key}":1`).join()}}`,
      `"${"\\".repeat(mega)}"`,
      `{"name": "${"x".repeat(mega)}"}`,
      `{"${"gain".repeat(mega / 4)}": 1}`,
      "-".repeat(mega),
    ];
    for (const each of hostile) {
      const started = performance.now();
      expect(() => parse(each)).to.throw();
      expect(performance.now() - started, each.slice(0, 20)).to.be.below(5000);
      expectLocatedErrors(each, "b.json", parse);
    }
  }).timeout(60_000);

  it("is told as JSON Schema and as a table of keys, from the same schema", () => {
    const schema = formatJsonSchema(format);
    expect(schema).to.include({ title: "nas4cim board file", additionalProperties: false });
    expect(schema.required).to.not.include("$schema");
    const table = keyTable(schema).split("\n");
    expect(table).to.include("| `parts[](adc).step` | a number above 0 | In volts. |");
    expect(table).to.include("| `parts[](dac).bits` | a whole number from 1 to 8 |  |");
    expect(table).to.include("| `parts[](adc).share` | a number from 0 to 1; may be left out |  |");
  });
});
