import { expect } from "chai";
import { checkOutputs, checkReadback, checkReport } from "../../../src/macro/check-answer.js";
import type { InputBlock, MacroSpec, OutputBlock, ProgramReport, TileImage } from "../../../src/macro/macro.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { TinyMacro } from "../../support/tiny-macro.js";

/** 8-bit codes, column pairs, 3-bit cells. */
const { identity, spec } = new TinyMacro();
const block: InputBlock = { array: 2, vectors: 3, rows: 1, bits: 2, data: new Uint8Array(3), want: "codes" };
const codes: OutputBlock = {
  vectors: 3,
  outputs: 4,
  values: new Int32Array(24).fill(-128, 0, 1).fill(127, 1, 2),
  saturated: 2,
};
const sums: OutputBlock = { ...codes, values: new Int32Array(12).fill(381, 0, 1).fill(-384, 1, 2), saturated: 4 };
const image: TileImage = { array: 2, rows: 1, columns: 8, levels: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7) };
const report: ProgramReport = { cells: 8, cellsOutOfTolerance: 1 };

const output = (change: Partial<OutputBlock>, changed: Partial<MacroSpec> = {}) =>
  checkOutputs({ identity, spec: { ...spec, ...changed } }, block, 8, { ...codes, ...change });
const summed = (change: Partial<OutputBlock>) =>
  checkOutputs({ identity, spec }, { ...block, want: "sums" }, 8, { ...sums, ...change });
const read = (change: Partial<TileImage>) => checkReadback({ identity, spec }, image, { ...image, ...change });
const told = (change: Partial<ProgramReport>) => checkReport({ identity, spec }, image, { ...report, ...change });

describe("checkReport, checkReadback and checkOutputs", () => {
  it("take what the contract allows, up to both rails and every level", () => {
    output({});
    output({ values: new Int32Array(24).fill(0, 1), saturated: 0 }, { differential: "column-pair" });
    checkOutputs({ identity, spec: { ...spec, differential: "host" } }, { ...block, vectors: 1 }, 4, {
      vectors: 1,
      outputs: 4,
      values: Int32Array.of(0, 0, 255, 1, 2, 3, 4, 5),
      saturated: 1,
    });
    checkOutputs({ identity, spec }, { ...block, vectors: 0 }, 8, {
      vectors: 0,
      outputs: 4,
      values: new Int32Array(),
      saturated: 0,
    });
    summed({});
    summed({ saturated: 24 });
    read({});
    told({});
    told({ cellsOutOfTolerance: 8, pulses: 0 });
  });

  const wrong = undefined as never;
  const breaches: [title: string, job: () => void, message: RegExp][] = [
    [
      "too few values",
      () => output({ values: new Int32Array(23) }),
      /23 values of Int32Array.*where 24, 3 and 4 are due/,
    ],
    ["codes where sums are wanted", () => summed({ values: codes.values }), /24 values.*where 12/],
    ["another number of vectors", () => output({ vectors: 2 }), /2 vectors of 4 outputs/],
    ["another number of outputs", () => output({ outputs: 8 }), /3 vectors of 8 outputs/],
    ["values of another kind", () => output({ values: new Float64Array(24) as never }), /24 values of Float64Array/],
    ["no values", () => output({ values: wrong }), /answered a undefined/],
    ["no answer", () => checkOutputs({ identity, spec }, block, 8, wrong), /answered undefined to compute/],
    [
      "a code above the upper rail",
      () => output({ values: new Int32Array(24).fill(128, 5, 6) }),
      /code 128, its ADC gives -128 to 127/,
    ],
    ["a code below the lower rail", () => output({ values: new Int32Array(24).fill(-129, 5, 6) }), /code -129/],
    [
      "a negative code of an unsigned ADC",
      () =>
        checkOutputs({ identity, spec: { ...spec, differential: "host" } }, block, 4, {
          ...codes,
          values: new Int32Array(24).fill(-1, 5, 6),
        }),
      /code -1, its ADC gives 0 to 255/,
    ],
    ["saturated codes that are none", () => output({ saturated: 3 }), /3 saturated codes, where 2 stand at a rail/],
    ["saturated codes untold", () => output({ saturated: 0 }), /0 saturated codes, where 2/],
    [
      "a sum that no codes add to",
      () => summed({ values: new Int32Array(12).fill(382, 3, 4) }),
      /sum 382, codes of 2 planes add to -384 to 381/,
    ],
    ["more saturated codes than conversions", () => summed({ saturated: 25 }), /25 saturated codes of 24/],
    ["half a saturated code", () => summed({ saturated: 0.5 }), /0.5 saturated codes/],
    ["a readback of another size", () => read({ rows: 2 }), /2 × 8 cells of array 2, where 1 × 8 of array 2 are due/],
    ["a readback of another array", () => read({ array: 0 }), /1 × 8 cells of array 0/],
    [
      "too few levels",
      () => read({ levels: new Uint8Array(7) }),
      /7 values of Uint8Array as the levels of 1 × 8 cells/,
    ],
    ["levels of another kind", () => read({ levels: [0, 1, 2, 3, 4, 5, 6, 7] as never }), /a object as the levels/],
    ["a level that no cell holds", () => read({ levels: new Uint8Array(8).fill(8) }), /level 8, its cells hold 0 to 7/],
    ["no readback", () => checkReadback({ identity, spec }, image, null as never), /answered null to readback/],
    ["other cells than were given", () => told({ cells: 7 }), /that it programmed 7 cells of 8/],
    ["more misses than cells", () => told({ cellsOutOfTolerance: 9 }), /that 9 of 8 cells are out of tolerance/],
    ["a share of misses", () => told({ cellsOutOfTolerance: 0.1 }), /that 0.1 of 8/],
    ["pulses below zero", () => told({ pulses: -1 }), /that it spent -1 pulses/],
    ["no report", () => checkReport({ identity, spec }, image, wrong), /answered undefined to program/],
  ];
  for (const [title, job, message] of breaches) {
    it(`refuse ${title}, by the macro's name`, () => {
      const error = expectNasError("NAS_MACRO_CONTRACT", job);
      expect(error.message).to.match(message).and.contain("macro tiny:t1");
      expect(error.hint).to.contain("conformance");
    });
  }
});
