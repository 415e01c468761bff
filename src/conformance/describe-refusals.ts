import { expect } from "chai";
import type { ErrorCode } from "../base/errors.js";
import type { InputBlock, Macro, TileImage } from "../macro/macro.js";
import { refuses } from "./expectations.js";
import type { DeclareTest } from "./test-bench.js";
import { testImage, testInputs } from "./test-calls.js";

/** A call that no macro of this spec may take. */
type Refused = [ErrorCode, (macro: Macro) => Promise<unknown>];

/** Numbers that are no count. */
const hostile = [-1, 0.5, NaN, Infinity, 2 ** 53];

/** What it refuses; behind its guard every macro does, and must be as good as before. */
export function describeRefusals(test: DeclareTest): void {
  test("refuses what it cannot do, and goes on", async ({ macro }) => {
    const { spec } = macro;
    const image = testImage(spec);
    const block = testInputs(spec, image);
    for (const [code, call] of beforeProgramming(image, block)) await refuses(code, () => call(macro));
    await macro.program(image);
    const { values } = await macro.compute(block);
    const before = values.slice();
    const { arrays, cellBits, shiftAdd } = spec;
    const refused: Refused[] = [
      ...images(image, spec.arrayRows, arrays, cellBits),
      ...inputs(block, spec.inputBits, spec.maxVectors, shiftAdd),
      ["NAS_MACRO_RANGE", (each) => each.configure({ adcStepLevels: [{ array: 0, levels: 3 }] })],
      [
        "NAS_MACRO_RANGE",
        (each) => each.configure({ adcStepLevels: [{ array: arrays, levels: spec.adcStepLevels[0] }] }),
      ],
      ["NAS_MACRO_RANGE", (each) => each.readback(arrays)],
      ["NAS_INTERRUPTED", (each) => each.compute(block, { signal: AbortSignal.abort() })],
      ["NAS_INTERRUPTED", (each) => each.program(image, { signal: AbortSignal.abort() })],
    ];
    for (const [code, call] of refused) await refuses(code, () => call(macro));
    const after = await macro.compute(block);
    expect(after.values.length).to.equal(before.length);
    if (macro.identity.kind !== "silicon") expect([...after.values]).to.deep.equal([...before]);
  });
}

function beforeProgramming(image: TileImage, block: InputBlock): Refused[] {
  return [
    ["NAS_MACRO_CONTRACT", (macro) => macro.compute(block)],
    ["NAS_MACRO_CONTRACT", (macro) => macro.readback(image.array)],
  ];
}

function images(image: TileImage, arrayRows: number, arrays: number, cellBits: number): Refused[] {
  const changes: Partial<TileImage>[] = [
    { array: arrays },
    { rows: arrayRows + 2 },
    { levels: image.levels.subarray(1) },
    { levels: Array.from(image.levels) as unknown as Uint8Array },
    ...hostile.flatMap((count) => [{ array: count }, { rows: count }, { columns: count }]),
    ...(cellBits < 8 ? [{ levels: image.levels.slice().fill(2 ** cellBits) }] : []),
  ];
  return changes.map((change) => ["NAS_MACRO_RANGE", (macro) => macro.program({ ...image, ...change })]);
}

function inputs(block: InputBlock, inputBits: number, maxVectors: number, shiftAdd: boolean): Refused[] {
  const changes: Partial<InputBlock>[] = [
    { rows: block.rows + 1 },
    { bits: inputBits + 1 },
    { bits: 0 },
    { data: block.data.subarray(1) },
    { data: Array.from(block.data) as unknown as Uint8Array },
    { vectors: maxVectors + 1 },
    ...hostile.flatMap((count) => [{ array: count }, { rows: count }, { bits: count }, { vectors: count }]),
    ...(block.bits < 8 ? [{ data: block.data.slice().fill(2 ** block.bits) }] : []),
    ...(shiftAdd ? [] : [{ want: "sums" as const }]),
  ];
  return changes.map((change) => ["NAS_MACRO_RANGE", (macro) => macro.compute({ ...block, ...change })]);
}
