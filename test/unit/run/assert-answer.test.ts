import { expect } from "chai";
import type { InputBlock, OutputBlock } from "../../../src/macro/macro.js";
import { assertCodes, assertShape } from "../../../src/run/assert-answer.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { TinyMacro } from "../../support/tiny-macro.js";

const macro = new TinyMacro();
const block: InputBlock = {
  array: 2,
  vectors: 3,
  rows: 1,
  bits: 2,
  data: new Uint8Array(3),
  firstVector: 0,
  want: "codes",
};
const answer: OutputBlock = {
  vectors: 3,
  outputs: 4,
  values: new Int32Array(24).fill(-128, 0, 1).fill(127, 1, 2),
  saturated: 2,
};
const check = (
  change: Partial<OutputBlock>,
  asked: Partial<InputBlock> = {},
  differential = macro.spec.differential,
) => {
  const [request, given] = [
    { ...block, ...asked },
    { ...answer, ...change },
  ];
  assertShape(macro, request, 4, given);
  if (request.want === "codes") assertCodes(macro, { ...macro.spec, differential }, request.array, given.values);
};

describe("assertShape and assertCodes", () => {
  it("takes codes of every plane up to both rails, and sums of any size", () => {
    check({});
    check({ values: new Int32Array(12).fill(100_000) }, { want: "sums" });
    check({ vectors: 0, values: new Int32Array() }, { vectors: 0 });
  });

  const breaches: [title: string, job: () => void, message: RegExp][] = [
    ["too few values", () => check({ values: new Int32Array(23) }), /answered 23 values.*where 24, 3 and 4 are due/],
    ["codes where sums are wanted", () => check({}, { want: "sums" }), /24 values.*where 12/],
    ["another number of vectors", () => check({ vectors: 2 }), /2 vectors of 4 outputs/],
    ["another number of outputs", () => check({ outputs: 8 }), /3 vectors of 8 outputs/],
    [
      "a code above the upper rail",
      () => check({ values: new Int32Array(24).fill(128, 5, 6) }),
      /code 128, its ADC gives -128 to 127/,
    ],
    ["a code below the lower rail", () => check({ values: new Int32Array(24).fill(-129, 5, 6) }), /code -129/],
    ["the largest number", () => check({ values: new Int32Array(24).fill(2 ** 31 - 1, 5, 6) }), /code 2147483647/],
    ["the smallest number", () => check({ values: new Int32Array(24).fill(-(2 ** 31), 5, 6) }), /code -2147483648/],
    [
      "a negative code of an unsigned ADC",
      () => check({ values: new Int32Array(24).fill(-1, 5, 6) }, {}, "host"),
      /code -1, its ADC gives 0 to 255/,
    ],
  ];
  for (const [title, job, message] of breaches) {
    it(`refuses ${title}, by the macro's name`, () => {
      const error = expectNasError("NAS_MACRO_CONTRACT", job);
      expect(error.message).to.match(message).and.contain("macro tiny:t1");
      expect(error.hint).to.contain("conformance");
    });
  }
});
