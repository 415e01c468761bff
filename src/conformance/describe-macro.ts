import { expect } from "chai";
import { isNasError, type ErrorCode } from "../base/errors.js";
import { keyedUniform } from "../base/keyed-random.js";
import { macroOfContract1, type MacroOfContract1 } from "../macro/contract-1.js";
import { GuardedMacro } from "../macro/guarded.js";
import { adcOutputs, adcRails, logicalRows } from "../macro/macro.js";
import type { InputBlock, Macro, MacroSpec, OutputBlock, TileImage } from "../macro/macro.js";

/** Where the test inputs stand in their stream. */
const keys = { firstVector: 5 };

/** Opens a fresh macro for the test of that title; the suite closes it. */
export type OpenForTest = (title: string) => Promise<Macro | MacroOfContract1>;

/**
 * Declares the tests of one macro. Call it at the top level of a mocha test file:
 *
 *     describeMacro("my board", (title) => driver.open(...));
 *
 * What a macro can do is read from its spec, never from its name. Where cells and ADCs are ideal, pass `exact: true`: codes
 * must then be the exact integers. On silicon, what noise makes different each time is not asked to be equal.
 */
export function describeMacro(name: string, open: OpenForTest, options: { exact?: boolean } = {}): void {
  describe(`macro conformance: ${name}`, () => {
    const test = (title: string, body: (macro: Macro) => Promise<void>) =>
      it(title, async () => {
        await using macro = guarded(await open(title));
        await body(macro);
      });

    test("describes itself", async ({ spec, identity }) => {
      expect(spec.contract).to.equal(2);
      expect(spec.arrayRows).to.be.at.least(2);
      expect(spec.arrayColumns).to.be.at.least(2);
      expect(spec.arrays).to.be.at.least(1);
      expect(spec.cellBits).to.be.within(1, 8);
      expect(spec.inputBits).to.be.within(1, 8);
      expect(spec.adcBits).to.be.within(1, 16);
      expect(spec.maxVectors).to.be.at.least(1);
      expect(spec.adcStepLevels.length).to.be.above(0);
      for (const levels of spec.adcStepLevels)
        expect(Math.log2(levels) % 1, `ADC step of ${levels} levels`).to.equal(0);
      expect([...spec.adcStepLevels].sort((a, b) => a - b)).to.deep.equal([...spec.adcStepLevels]);
      for (const word of [identity.driver, identity.chipId, identity.description]) expect(word.length).to.be.above(0);
    });

    test("reads back what write-verify reports", async (macro) => {
      const image = testImage(macro.spec);
      const report = await macro.program(image);
      expect(report.cells).to.equal(image.levels.length);
      expect(report.cellsOutOfTolerance).to.be.within(0, options.exact ? 0 : report.cells);
      const read = await macro.readback(image.array);
      expect(read.rows).to.equal(image.rows);
      expect(read.columns).to.equal(image.columns);
      const wrong = read.levels.reduce((sum, level, cell) => sum + (level === image.levels[cell] ? 0 : 1), 0);
      // Reading has noise of its own on silicon: one cell in fifty may read otherwise than it was verified.
      expect(wrong).to.be.at.most(
        report.cellsOutOfTolerance + (macro.identity.kind === "silicon" ? report.cells / 50 : 0),
      );
    });

    test("answers codes within its ADC's rails, and counts the saturated ones", async (macro) => {
      const { codes, answer } = await programAndCompute(macro);
      const { low, high } = adcRails(macro.spec);
      let rails = 0;
      for (const code of codes) {
        expect(code).to.be.within(low, high);
        if (code === high || (code === low && low < 0)) rails++;
      }
      expect(answer.saturated).to.equal(rails);
    });

    test("computes the matrix product of what was programmed", async (macro) => {
      const { block, image, codes } = await programAndCompute(macro);
      const exact = exactCodes(macro.spec, image, block, macro.spec.adcStepLevels[0]);
      if (options.exact) expect([...codes]).to.deep.equal(exact);
      else expect(correlation(codes, exact), "correlation with the exact codes").to.be.above(0.9);
    });

    test("answers zeros for inputs of zero, as far as its offsets allow", async (macro) => {
      const image = testImage(macro.spec);
      await macro.program(image);
      const block = testInputs(macro.spec, image);
      const { values } = await macro.compute({ ...block, data: new Uint8Array(block.data.length) }, { keys });
      const mean = values.reduce((sum, code) => sum + Math.abs(code), 0) / values.length;
      expect(mean).to.be.at.most(options.exact ? 0 : 2 ** macro.spec.adcBits / 16);
    });

    test("adds bit planes as the host would, where it offers shift-and-add", async (macro) => {
      const { block, codes, answer } = await programAndCompute(macro);
      if (!macro.spec.shiftAdd) {
        await refuses("NAS_MACRO_RANGE", () => macro.compute({ ...block, want: "sums" }));
        return;
      }
      const sums = await macro.compute({ ...block, want: "sums" }, { keys });
      expect(sums.values.length).to.equal(block.vectors * answer.outputs);
      if (macro.identity.kind === "silicon") return;
      const expected = new Int32Array(sums.values.length);
      for (let vector = 0; vector < block.vectors; vector++) {
        for (let plane = 0; plane < block.bits; plane++) {
          for (let output = 0; output < answer.outputs; output++) {
            expected[vector * answer.outputs + output] +=
              codes[(vector * block.bits + plane) * answer.outputs + output] * 2 ** plane;
          }
        }
      }
      expect([...sums.values]).to.deep.equal([...expected]);
      expect(sums.saturated).to.equal(answer.saturated);
    });

    test("gives the same codes however a batch is split and whatever the order of calls", async (macro) => {
      const { block, codes, answer } = await programAndCompute(macro);
      const cut = Math.ceil(block.vectors / 3);
      const parts = [
        {
          part: { ...block, vectors: block.vectors - cut, data: block.data.subarray(cut * block.rows) },
          keys: { firstVector: keys.firstVector + cut },
        },
        { part: { ...block, vectors: cut, data: block.data.subarray(0, cut * block.rows) }, keys },
      ];
      const [second, first] = await Promise.all(parts.map(({ part, keys }) => macro.compute(part, { keys })));
      expect(first.values.length + second.values.length).to.equal(codes.length);
      if (macro.identity.kind === "silicon") return;
      expect([...first.values, ...second.values]).to.deep.equal([...codes]);
      expect(first.saturated + second.saturated).to.equal(answer.saturated);
    });

    test("leaves the inputs alone and takes an empty batch", async (macro) => {
      const { block } = await programAndCompute(macro);
      const before = block.data.slice();
      await macro.compute(block);
      expect(block.data).to.deep.equal(before);
      const empty = await macro.compute({ ...block, vectors: 0, data: new Uint8Array() });
      expect(empty.values.length).to.equal(0);
      expect(empty.saturated).to.equal(0);
    });

    test("widens its range with the ADC step", async (macro) => {
      const { block, image, codes } = await programAndCompute(macro);
      const steps = macro.spec.adcStepLevels;
      const widest = steps[steps.length - 1];
      await macro.configure({ adcStepLevels: [{ array: image.array, levels: widest }] });
      const { values } = await macro.compute(block, { keys });
      if (options.exact) expect([...values]).to.deep.equal(exactCodes(macro.spec, image, block, widest));
      else if (steps.length > 1) expect(meanSquare(values)).to.be.below(meanSquare(codes));
    });

    test("forgets a tile when the next one is programmed", async (macro) => {
      const { block, image } = await programAndCompute(macro);
      const empty = { ...image, levels: new Uint8Array(image.levels.length) };
      await macro.program(empty, { keys: { tile: 1 } });
      const { values } = await macro.compute(block, { keys });
      const exact = exactCodes(macro.spec, empty, block, macro.spec.adcStepLevels[0]);
      if (options.exact) expect([...values]).to.deep.equal(exact);
      else
        expect(meanSquare(values)).to.be.below(
          meanSquare(Int32Array.from(exactCodes(macro.spec, image, block, macro.spec.adcStepLevels[0]))) / 2,
        );
    });

    test("keeps arrays apart", async (macro) => {
      if (macro.spec.arrays < 2) return;
      const { block, codes, image } = await programAndCompute(macro);
      const empty = { ...image, array: 1, levels: new Uint8Array(image.levels.length) };
      await macro.program(empty, { keys: { tile: 1 } });
      const { values } = await macro.compute(block, { keys });
      if (macro.identity.kind !== "silicon") expect([...values]).to.deep.equal([...codes]);
      else expect(correlation(values, [...codes])).to.be.above(0.9);
    });

    test("refuses what it cannot do, and goes on", async (macro) => {
      const { spec } = macro;
      const image = testImage(spec);
      await refuses("NAS_MACRO_CONTRACT", () => macro.compute(testInputs(spec, image)));
      await refuses("NAS_MACRO_CONTRACT", () => macro.readback(0));
      await refuses("NAS_MACRO_RANGE", () => macro.program({ ...image, array: spec.arrays }));
      await refuses("NAS_MACRO_RANGE", () => macro.program({ ...image, rows: spec.arrayRows + 2 }));
      await refuses("NAS_MACRO_RANGE", () => macro.program({ ...image, levels: image.levels.subarray(1) }));
      if (spec.cellBits < 8)
        await refuses("NAS_MACRO_RANGE", () =>
          macro.program({ ...image, levels: image.levels.slice().fill(2 ** spec.cellBits) }),
        );
      await macro.program(image);
      const block = testInputs(spec, image);
      await refuses("NAS_MACRO_RANGE", () => macro.compute({ ...block, rows: block.rows + 1 }));
      await refuses("NAS_MACRO_RANGE", () => macro.compute({ ...block, bits: spec.inputBits + 1 }));
      await refuses("NAS_MACRO_RANGE", () => macro.compute({ ...block, data: block.data.subarray(1) }));
      await refuses("NAS_MACRO_RANGE", () => macro.compute({ ...block, vectors: spec.maxVectors + 1 }));
      if (block.bits < 8)
        await refuses("NAS_MACRO_RANGE", () =>
          macro.compute({ ...block, data: block.data.slice().fill(2 ** block.bits) }),
        );
      await refuses("NAS_MACRO_RANGE", () => macro.configure({ adcStepLevels: [{ array: 0, levels: 3 }] }));
      await refuses("NAS_INTERRUPTED", () => macro.compute(block, { signal: AbortSignal.abort() }));
      expect((await macro.compute(block)).vectors).to.equal(block.vectors);
    });
  });
}

/** A driver's macro as a job holds it. */
function guarded(macro: Macro | MacroOfContract1): GuardedMacro {
  return new GuardedMacro(macro.spec.contract === 1 ? macroOfContract1(macro as MacroOfContract1) : (macro as Macro));
}

/** A tile of about two thirds of an array with weights of both signs, one cell of each pair programmed. */
function testImage(spec: MacroSpec): TileImage {
  const rows = Math.max(2, 2 * Math.floor(spec.arrayRows / 3));
  const columns = Math.max(2, 2 * Math.floor(spec.arrayColumns / 3));
  const levels = new Uint8Array(rows * columns);
  const count = 2 ** spec.cellBits;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const pair = spec.differential === "row-pair" ? [row >> 1, column] : [row, column >> 1];
      const polarity = spec.differential === "row-pair" ? row & 1 : column & 1;
      const negative = keyedUniform("sign", ...pair) < 0.5 ? 0 : 1;
      if (polarity === negative) levels[row * columns + column] = Math.floor(keyedUniform("level", ...pair) * count);
    }
  }
  return { array: 0, rows, columns, levels };
}

function testInputs(spec: MacroSpec, image: TileImage): InputBlock {
  const rows = logicalRows(spec, image.rows);
  const bits = Math.min(4, spec.inputBits);
  const vectors = Math.min(9, spec.maxVectors);
  // A quarter of the bits are ones: typical of activations, and it keeps most sums inside the ADC's range.
  const data = Uint8Array.from({ length: vectors * rows }, (_, index) => {
    let value = 0;
    for (let bit = 0; bit < bits; bit++) if (keyedUniform("input", index, bit) < 0.25) value |= 1 << bit;
    return value;
  });
  return { array: image.array, vectors, rows, bits, data, want: "codes" };
}

async function programAndCompute(
  macro: Macro,
): Promise<{ image: TileImage; block: InputBlock; codes: Int32Array; answer: OutputBlock }> {
  const image = testImage(macro.spec);
  await macro.program(image);
  const block = testInputs(macro.spec, image);
  const answer = await macro.compute(block, { keys });
  expect(answer.vectors).to.equal(block.vectors);
  expect(answer.outputs).to.equal(adcOutputs(macro.spec, image.columns));
  expect(answer.values.length).to.equal(block.vectors * block.bits * answer.outputs);
  return { image, block, codes: answer.values, answer };
}

/** What an ideal array and ADC give: exact sums, divided by the step, rounded half up, clipped. */
function exactCodes(spec: MacroSpec, image: TileImage, block: InputBlock, stepLevels: number): number[] {
  const { low, high } = adcRails(spec);
  const outputs = adcOutputs(spec, image.columns);
  const at = (row: number, column: number) => image.levels[row * image.columns + column];
  const codes: number[] = [];
  for (let vector = 0; vector < block.vectors; vector++) {
    for (let plane = 0; plane < block.bits; plane++) {
      for (let output = 0; output < outputs; output++) {
        let sum = 0;
        for (let row = 0; row < block.rows; row++) {
          if (!((block.data[vector * block.rows + row] >> plane) & 1)) continue;
          if (spec.differential === "row-pair") sum += at(2 * row, output) - at(2 * row + 1, output);
          else if (spec.differential === "column-pair") sum += at(row, 2 * output) - at(row, 2 * output + 1);
          else sum += at(row, output);
        }
        codes.push(Math.max(low, Math.min(high, Math.floor(sum / stepLevels + 0.5))));
      }
    }
  }
  return codes;
}

async function refuses(code: ErrorCode, call: () => Promise<unknown>): Promise<void> {
  let thrown: unknown;
  try {
    await call();
  } catch (error) {
    thrown = error;
  }
  expect(
    isNasError(thrown, code),
    `a refusal with ${code}; got ${thrown instanceof Error ? thrown.message : "an answer"}`,
  ).to.equal(true);
}

function correlation(codes: Int32Array, exact: number[]): number {
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  const [meanCode, meanExact] = [mean(codes), mean(exact)];
  let [both, ofCodes, ofExact] = [0, 0, 0];
  for (let index = 0; index < exact.length; index++) {
    both += (codes[index] - meanCode) * (exact[index] - meanExact);
    ofCodes += (codes[index] - meanCode) ** 2;
    ofExact += (exact[index] - meanExact) ** 2;
  }
  return both / Math.sqrt(ofCodes * ofExact);
}

function meanSquare(values: Int32Array): number {
  return values.reduce((sum, value) => sum + value * value, 0) / values.length;
}
