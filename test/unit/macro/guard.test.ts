import { expect } from "chai";
import fc from "fast-check";
import { MacroGuard } from "../../../src/macro/guard.js";
import type { InputBlock, MacroSpec, SimulationKeys, TileImage } from "../../../src/macro/macro.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { sampleSpec } from "../../support/macro-spec.js";

const identity = { driver: "board", kind: "silicon" as const, chipId: "c1", description: "" };
const image: TileImage = { array: 2, rows: 4, columns: 6, levels: new Uint8Array(24).fill(7) };
const block: InputBlock = {
  array: 2,
  vectors: 2,
  rows: 4,
  bits: 3,
  data: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7),
  want: "sums",
};

function guardOf(spec: Partial<MacroSpec> = {}, programmed?: TileImage): MacroGuard {
  const guard = new MacroGuard(identity, { ...sampleSpec, ...spec });
  if (programmed) guard.programmed(programmed);
  return guard;
}

describe("MacroGuard", () => {
  it("lets pass all that the spec allows, up to its limits", () => {
    const guard = guardOf({ arrays: 3, maxVectors: 2 });
    guard.checkSettings({
      adcStepLevels: [
        { array: 0, levels: 1 },
        { array: 2, levels: 128 },
      ],
    });
    guard.checkImage(image);
    guard.checkImage({ ...image, rows: 128, columns: 128, levels: new Uint8Array(128 * 128) });
    guard.programmed(image);
    guard.checkProgrammed(2);
    guard.checkInputs(block);
    guard.checkInputs({ ...block, vectors: 0, data: new Uint8Array() });
    guard.checkKeys({});
    guard.checkKeys({ tile: 2 ** 32 - 1, firstVector: 2 ** 28 - 3, repeat: 2 ** 32 - 1 }, 3);
    guard.checkInputs({ ...block, bits: 8, data: new Uint8Array(8).fill(255), want: "codes" });
  });

  it("counts logical rows where word lines come in pairs", () => {
    const guard = guardOf({ differential: "row-pair" }, image);
    guard.checkInputs({ ...block, rows: 2, vectors: 4 });
    expectNasError("NAS_MACRO_RANGE", () => guard.checkInputs(block));
  });

  it("remembers the tile that was programmed last", () => {
    const guard = guardOf({}, image);
    guard.programmed({ ...image, rows: 8, levels: new Uint8Array(48) });
    guard.checkInputs({ ...block, rows: 8, vectors: 1 });
    expect(expectNasError("NAS_MACRO_RANGE", () => guard.checkInputs(block)).message).to.contain(
      "a tile of 8 logical rows",
    );
  });

  it("names the macro, the offence and the limit", () => {
    const error = expectNasError("NAS_MACRO_RANGE", () => guardOf().checkImage({ ...image, array: 16 }));
    expect(error.message).to.equal("macro board:c1 refuses array 16: it has arrays 0 to 15");
  });

  describe("refuses to configure", () => {
    const faults: [title: string, array: number, levels: number, message: RegExp][] = [
      ["a step that is not offered", 0, 3, /ADC step of 3 levels: it offers 1, 2, 4/],
      ["an array that is not there", 16, 1, /array 16/],
      ["a negative array", -1, 1, /array -1/],
      ["half an array", 0.5, 1, /array 0.5/],
    ];
    for (const [title, array, levels, message] of faults) {
      it(title, () => {
        const settings = {
          adcStepLevels: [
            { array: 0, levels: 1 },
            { array, levels },
          ],
        };
        expect(expectNasError("NAS_MACRO_RANGE", () => guardOf().checkSettings(settings)).message).to.match(message);
      });
    }
  });

  describe("refuses to program", () => {
    const faults: [title: string, change: Partial<TileImage>, spec: Partial<MacroSpec>, message: RegExp][] = [
      ["more rows than there are", { rows: 129 }, {}, /129 × 6 cells: its arrays have 128 × 128/],
      ["no columns", { columns: 0 }, {}, /4 × 0 cells/],
      ["rows of NaN", { rows: NaN }, {}, /NaN × 6/],
      ["half a pair of columns", { columns: 5 }, {}, /5 columns: bit lines come in pairs/],
      ["half a pair of columns for the host", { columns: 5 }, { differential: "host" }, /5 columns/],
      ["half a pair of rows", { rows: 3 }, { differential: "row-pair" }, /3 rows: word lines come in pairs/],
      ["levels in a plain array", { levels: new Array(24).fill(0) as never }, {}, /levels as object: a Uint8Array/],
      ["a missing level", { levels: new Uint8Array(23) }, {}, /23 levels for 4 × 6 cells/],
      [
        "a level too high",
        { levels: new Uint8Array(24).fill(8, 13, 14) },
        {},
        /level 8 at row 2, column 1: its 3-bit cells hold 0 to 7/,
      ],
    ];
    for (const [title, change, spec, message] of faults) {
      it(title, () => {
        const error = expectNasError("NAS_MACRO_RANGE", () => guardOf(spec).checkImage({ ...image, ...change }));
        expect(error.message).to.match(message);
      });
    }
  });

  describe("refuses to compute", () => {
    const faults: [title: string, change: Partial<InputBlock>, spec: Partial<MacroSpec>, message: RegExp][] = [
      ["with another number of rows", { rows: 3 }, {}, /3 inputs a vector: array 2 holds a tile of 4/],
      ["more bits than the DACs feed", { bits: 5 }, { inputBits: 4 }, /5-bit inputs: it feeds 1 to 4/],
      ["no bits", { bits: 0 }, {}, /0-bit inputs/],
      ["more vectors than fit a call", { vectors: 2 }, { maxVectors: 1 }, /2 vectors: one call takes 1/],
      ["half a vector", { vectors: 0.5 }, {}, /0.5 vectors/],
      ["inputs in a plain array", { data: new Array(8).fill(0) as never }, {}, /inputs as object: a Uint8Array/],
      ["data of another length", { vectors: 1 }, {}, /8 bytes for 1 × 4 inputs/],
      ["sums without shift-and-add", {}, { shiftAdd: false }, /"sums"/],
      [
        "an input beyond its bits",
        { data: Uint8Array.of(0, 0, 0, 0, 0, 9, 0, 0) },
        {},
        /input 9 in vector 1: 3 bits hold 0 to 7/,
      ],
    ];
    for (const [title, change, spec, message] of faults) {
      it(title, () => {
        const error = expectNasError("NAS_MACRO_RANGE", () =>
          guardOf(spec, image).checkInputs({ ...block, ...change }),
        );
        expect(error.message).to.match(message);
      });
    }

    it("on an array that was never programmed, with an error of its own", () => {
      const error = expectNasError("NAS_MACRO_CONTRACT", () => guardOf({}, image).checkInputs({ ...block, array: 1 }));
      expect(error.message).to.contain("array 1 was never programmed");
      expectNasError("NAS_MACRO_CONTRACT", () => guardOf().checkProgrammed(0));
      expectNasError("NAS_MACRO_RANGE", () => guardOf().checkProgrammed(16));
    });
  });

  describe("refuses keys of", () => {
    const faults: [title: string, keys: SimulationKeys, message: RegExp][] = [
      ["vectors beyond those that are counted", { firstVector: 2 ** 28 - 1 }, /first vector 268435455/],
      ["a negative first vector", { firstVector: -1 }, /first vector -1/],
      ["half a tile", { tile: 0.5 }, /tile 0.5: it is counted from 0 to 2\^32 − 1/],
      ["a reading beyond 32 bits", { repeat: 2 ** 32 }, /repeat 4294967296/],
    ];
    for (const [title, keys, message] of faults) {
      it(title, () => {
        expect(expectNasError("NAS_MACRO_RANGE", () => guardOf().checkKeys(keys, 2)).message).to.match(message);
      });
    }
  });

  it("knows no more what an array holds that it was told to forget", () => {
    const guard = guardOf({}, image);
    expect(guard.checkProgrammed(2)).to.deep.equal({ rows: 4, columns: 6 });
    guard.forget(2);
    expectNasError("NAS_MACRO_CONTRACT", () => guard.checkProgrammed(2));
  });

  it("finds any input beyond its bits, in data of any length that starts anywhere in memory", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.nat(8),
        fc.array(fc.nat(255), { maxLength: 20 }),
        fc.nat(255),
        (bits, start, values, mask) => {
          const memory = Uint8Array.from([
            ...new Array<number>(start).fill(255),
            ...values.map((value) => value & mask),
            255,
            255,
            255,
          ]);
          const data = memory.subarray(start, start + values.length);
          const guard = guardOf({}, { ...image, rows: 1, columns: 2 });
          const check = () => guard.checkInputs({ ...block, bits, rows: 1, vectors: data.length, data });
          if (data.some((value) => value >= 2 ** bits)) expectNasError("NAS_MACRO_RANGE", check);
          else check();
        },
      ),
      { numRuns: 1000 },
    );
  });
});
