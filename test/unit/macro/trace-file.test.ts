import { expect } from "chai";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { isNasError } from "../../../src/base/errors.js";
import { TraceReader, TraceWriter, type TraceResult } from "../../../src/macro/trace-file.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { withFailingWrites } from "../../support/failing-writes.js";
import { sampleSpec } from "../../support/macro-spec.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const identity = { driver: "board", kind: "silicon" as const, chipId: "c1", description: "a board" };

/** Record by record, as the layout in trace-file.ts says. */
function traceOf(...records: (object | Uint8Array)[]): Buffer {
  const bytes = records.map((record) => {
    if (record instanceof Uint8Array) return Buffer.from(record);
    const json = Buffer.from(JSON.stringify(record));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(json.length);
    return Buffer.concat([length, json]);
  });
  return Buffer.concat([Buffer.from("NAS4CIM-TRACE-1\n"), ...bytes]);
}

function endOf(...headers: object[]): object {
  const hash = createHash("sha256");
  for (const header of headers) hash.update(JSON.stringify(header));
  return { end: headers.length - 1, headers: hash.digest("hex") };
}

describe("trace files", () => {
  const folder = temporaryFolder();
  const answers: { key: string; result: TraceResult; values?: Uint8Array }[] = [
    { key: "a", result: { cells: 4, cellsOutOfTolerance: 1 } },
    {
      key: "b",
      result: { vectors: 2 },
      values: Uint8Array.from({ length: 60 }, (_, index) => (index % 4 === 0 ? index : 0)),
    },
    { key: "c", result: {}, values: new Uint8Array() },
  ];

  function write(name: string): string {
    const path = join(folder(), name);
    const writer = new TraceWriter(path, identity, sampleSpec);
    for (const { key, result, values } of answers) writer.add(key, result, values);
    writer.finish();
    return path;
  }

  function expectAnswers(reader: TraceReader): void {
    for (const { key, result, values } of answers) {
      const answer = reader.answer(key, "call");
      expect(answer.result).to.deep.equal(result);
      expect([...answer.values]).to.deep.equal([...(values ?? [])]);
    }
  }

  /** Opens a file of these bytes and asks for all answers. */
  function readAll(name: string, bytes: Uint8Array): void {
    const path = join(folder(), name);
    writeFileSync(path, bytes);
    const reader = new TraceReader(path);
    try {
      expectAnswers(reader);
    } finally {
      reader.close();
    }
  }

  it("give back identity, spec and every answer, in any order and more than once", () => {
    const reader = new TraceReader(write("whole.trace"));
    expect(reader.identity).to.deep.equal(identity);
    expect(reader.spec).to.deep.equal(sampleSpec);
    expectAnswers(reader);
    answers.reverse();
    expectAnswers(reader);
    answers.reverse();
    reader.close();
  });

  it("have the documented layout: a trace put together by hand is read", () => {
    const values = Uint8Array.from({ length: 60 }, (_, index) => (index % 4 === 0 ? index : 0));
    const payload = deflateSync(values, { level: 9 });
    const headers = [
      { identity, spec: sampleSpec },
      { key: "a", result: { cells: 4, cellsOutOfTolerance: 1 }, payloadBytes: 0, rawBytes: 0 },
      { key: "b", result: { vectors: 2 }, payloadBytes: payload.length, rawBytes: 60 },
      { key: "c", result: {}, payloadBytes: 0, rawBytes: 0 },
    ];
    readAll("by-hand.trace", traceOf(headers[0], headers[1], headers[2], payload, headers[3], endOf(...headers)));
  });

  it("keep a call once, however often it is recorded", () => {
    const path = join(folder(), "twice.trace");
    const writer = new TraceWriter(path, identity, sampleSpec);
    for (let turn = 0; turn < 2; turn++)
      for (const { key, result, values } of answers) writer.add(key, turn === 0 ? result : { other: turn }, values);
    writer.finish();
    expect(readFileSync(path).equals(readFileSync(write("once.trace")))).to.equal(true);
  });

  it("stand at their place only when whole, and leave the old one until then", () => {
    const path = join(folder(), "new-folder/kept.trace");
    mkdirSync(join(folder(), "new-folder"));
    writeFileSync(path, "old");
    const writer = new TraceWriter(path, identity, sampleSpec);
    writer.add("a", {});
    expect(readFileSync(path, "utf8")).to.equal("old");
    writer.abandon();
    expect(readdirSync(join(folder(), "new-folder"))).to.deep.equal(["kept.trace"]);
    expect(readFileSync(path, "utf8")).to.equal("old");
  });

  it("compress: codes of 32 bits take less than half", () => {
    const path = join(folder(), "codes.trace");
    const writer = new TraceWriter(path, identity, sampleSpec);
    const codes = Int32Array.from({ length: 100_000 }, (_, index) => ((index * 7919) % 255) - 127);
    writer.add("codes", {}, new Uint8Array(codes.buffer));
    writer.finish();
    expect(readFileSync(path).length).to.be.lessThan(200_000);
  });

  describe("refuse", () => {
    it("a file cut at any byte, and one with bytes behind its end", () => {
      const whole = readFileSync(write("cut.trace"));
      for (let length = 0; length < whole.length; length++)
        expectNasError("NAS_MACRO_REPLAY", () => readAll("cut.trace", whole.subarray(0, length)));
      const longer = Buffer.concat([whole, Buffer.alloc(1)]);
      expect(expectNasError("NAS_MACRO_REPLAY", () => readAll("cut.trace", longer)).message).to.contain(
        "1 bytes after its end",
      );
    });

    it("damage: with any one bit flipped a trace is refused, or its answers are still the true ones", function () {
      this.timeout(60_000);
      const whole = readFileSync(write("flip.trace"));
      let harmless = 0;
      for (let bit = 0; bit < whole.length * 8; bit++) {
        const damaged = Buffer.from(whole);
        damaged[bit >> 3] ^= 1 << (bit & 7);
        try {
          readAll("flip.trace", damaged);
          harmless++;
        } catch (error) {
          // An AssertionError would be an answer that is not the true one.
          if (!isNasError(error, "NAS_MACRO_REPLAY")) throw error;
        }
      }
      // The few unused bits at the end of a compressed stream.
      expect(harmless).to.be.lessThan(16);
    });

    const first = { identity, spec: sampleSpec };
    const call = { key: "a", result: {}, payloadBytes: 0, rawBytes: 0 };
    const foreign: [title: string, bytes: Uint8Array, message: RegExp][] = [
      ["an empty file", Buffer.alloc(0), /is no nas4cim recording/],
      ["another kind of file", Buffer.from("PK\x03\x04 and so on and on and on"), /is no nas4cim recording/],
      ["a later format", Buffer.from("NAS4CIM-TRACE-2\n"), /is no nas4cim recording/],
      [
        "a header of 4 GB",
        Buffer.concat([traceOf(), Buffer.from([255, 255, 255, 255])]),
        /damaged or cut short at byte 16/,
      ],
      ["a header that is a list", traceOf([], endOf([])), /no identity and spec/],
      ["no spec", traceOf({ identity }, endOf({ identity })), /no identity and spec/],
      [
        "an identity that is null",
        traceOf({ identity: null, spec: {} }, endOf({ identity: null, spec: {} })),
        /no identity and spec/,
      ],
      [
        "another macro contract",
        traceOf(
          { identity, spec: { ...sampleSpec, contract: 3 } },
          endOf({ identity, spec: { ...sampleSpec, contract: 3 } }),
        ),
        /macro contract 3, this nas4cim speaks 2 and reads 1/,
      ],
      ["no end", traceOf(first, call), /cut short.*interrupted/],
      [
        "fewer calls than it ends with",
        traceOf(first, call, { ...endOf(first, call), end: 2 }),
        /holds 1 calls, its end says 2/,
      ],
      ["the same call twice", traceOf(first, call, call, endOf(first, call, call)), /holds 1 calls, its end says 2/],
      [
        "another's end",
        traceOf(first, call, endOf(first, { ...call, key: "b" })),
        /headers are not those that were written/,
      ],
      ["a payload of 1 PB", traceOf(first, { ...call, payloadBytes: 1e15 }), /damaged or cut short/],
      ["a payload of negative size", traceOf(first, { ...call, payloadBytes: -1 }), /damaged or cut short/],
      ["a call without a result", traceOf(first, { ...call, result: null }), /damaged or cut short/],
    ];
    for (const [title, bytes, message] of foreign) {
      it(title, () => {
        expect(expectNasError("NAS_MACRO_REPLAY", () => readAll("foreign.trace", bytes)).message).to.match(message);
      });
    }

    it("a payload that grows beyond what its header says, without making room for it", () => {
      const bomb = deflateSync(new Uint8Array(50_000_000));
      const headers = [first, { key: "a", result: {}, payloadBytes: bomb.length, rawBytes: 10 }];
      const bytes = traceOf(headers[0], headers[1], bomb, endOf(...headers));
      const before = process.memoryUsage().arrayBuffers;
      const error = expectNasError("NAS_MACRO_REPLAY", () => readAll("bomb.trace", bytes));
      expect(error.message).to.contain("is damaged at byte");
      expect(process.memoryUsage().arrayBuffers - before).to.be.lessThan(10_000_000);
    });

    it("a missing file, and a call that was never recorded", () => {
      expectNasError("NAS_MACRO_REPLAY", () => new TraceReader(join(folder(), "missing.trace")));
      expectNasError("NAS_MACRO_REPLAY", () => new TraceReader(folder()));
      const reader = new TraceReader(write("other.trace"));
      const error = expectNasError("NAS_MACRO_REPLAY", () => reader.answer("z", "batch of 3 vectors"));
      expect(error.message).to.contain("has no answer to this batch of 3 vectors");
      reader.close();
    });
  });

  it("are refused at once where a folder stands at their place", () => {
    const error = expectNasError("NAS_MACRO_REPLAY", () => new TraceWriter(folder(), identity, sampleSpec));
    expect(error.message).to.contain("it is a folder");
  });

  describe("where the disk fails", () => {
    it("say so at once, and leave nothing behind", () => {
      const blocked = join(folder(), "file/trace");
      writeFileSync(join(folder(), "file"), "");
      expectNasError("NAS_MACRO_REPLAY", () => new TraceWriter(blocked, identity, sampleSpec));
      const path = join(folder(), "full.trace");
      const error = withFailingWrites(() =>
        expectNasError("NAS_MACRO_REPLAY", () => new TraceWriter(path, identity, sampleSpec)),
      );
      expect(error.message).to.contain("no space left");
      expect(existsSync(`${path}.part`)).to.equal(false);
    });

    it("say so when an answer or the end cannot be written", () => {
      const path = join(folder(), "filling.trace");
      const writer = new TraceWriter(path, identity, sampleSpec);
      withFailingWrites(() => {
        expectNasError("NAS_MACRO_REPLAY", () => writer.add("a", {}, Uint8Array.of(1)));
        expectNasError("NAS_MACRO_REPLAY", () => writer.finish());
      });
      writer.abandon();
      expect(existsSync(path)).to.equal(false);
    });
  });
});
