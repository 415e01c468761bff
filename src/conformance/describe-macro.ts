import { expect } from "chai";
import { setImmediate } from "node:timers/promises";
import { isNasError } from "../base/errors.js";
import { adcOutputs, adcRails, isRail } from "../macro/macro.js";
import type { InputBlock, Macro, OutputBlock, TileImage } from "../macro/macro.js";
import { expectSame, expectTogether, meanSquare, refuses } from "./expectations.js";
import { describeRefusals } from "./describe-refusals.js";
import { addPlanes, exactCodes, largestImage, smallestImage, testImage, testInputs } from "./test-calls.js";
import { type DeclareTest, type OpenForTest, openGuarded } from "./test-bench.js";

/** Where the test inputs stand in their stream. */
const keys = { firstVector: 5 };

/**
 * Declares the tests of one macro. Call it at the top level of a mocha test file:
 *
 *     describeMacro("my board", (title) => driver.open(...));
 *
 * The macro is tested as jobs use it, behind its guard. What it can do is read from its spec, never from its name; what cannot
 * be tried on it is pending, with the reason. Where cells and ADCs are ideal, pass `exact: true`: codes must then be the exact
 * integers. On silicon, what noise makes different each time need only go together. Give `{ macro, loseLink }` in place of the
 * macro to have a lost link tried, too.
 */
export function describeMacro(name: string, open: OpenForTest, options: { exact?: boolean } = {}): void {
  describe(`macro conformance: ${name}`, () => {
    const test: DeclareTest = (title, body) =>
      it(title, async function () {
        const notes: string[] = [];
        let isBroken = false;
        const skip = (reason: string): never => {
          this.test!.title = `${title}: not tried, ${reason}`;
          return this.skip();
        };
        {
          const { macro, loseLink } = await openGuarded(open, title, notes);
          await using _closed = macro;
          await body({
            macro,
            loseLink: loseLink && (() => ((isBroken = true), loseLink())),
            reopen: async () => (await openGuarded(open, title, notes)).macro,
            skip,
          });
        }
        if (!isBroken) expect(notes, "notes at its closing").to.deep.equal([]);
      });
    describeAnswers(test, options.exact ?? false);
    describeCalls(test);
    describeRefusals(test);
  });
}

/** What it answers. */
function describeAnswers(test: DeclareTest, isExact: boolean): void {
  test("describes itself", async ({ macro: { spec, identity } }) => {
    expect(spec.contract).to.equal(2);
    expect(spec.arrayRows).to.be.at.least(2);
    expect(spec.arrayColumns).to.be.at.least(2);
    expect(spec.arrays).to.be.at.least(1);
    expect(spec.cellBits).to.be.within(1, 8);
    expect(spec.inputBits).to.be.within(1, 8);
    expect(spec.adcBits).to.be.within(1, 16);
    expect(spec.maxVectors).to.be.at.least(1);
    expect(spec.parallelCalls ?? 1).to.satisfy((calls: number) => Number.isInteger(calls) && calls >= 1);
    expect(spec.adcStepLevels.length).to.be.above(0);
    for (const levels of spec.adcStepLevels) expect(Math.log2(levels) % 1, `ADC step of ${levels} levels`).to.equal(0);
    expect([...spec.adcStepLevels].sort((a, b) => a - b)).to.deep.equal([...spec.adcStepLevels]);
    for (const word of [identity.driver, identity.chipId, identity.description]) expect(word.length).to.be.above(0);
  });

  test("reads back what write-verify reports", async ({ macro }) => {
    const image = testImage(macro.spec);
    const report = await macro.program(image);
    expect(report.cells).to.equal(image.levels.length);
    expect(report.cellsOutOfTolerance).to.be.within(0, isExact ? 0 : report.cells);
    const read = await macro.readback(image.array);
    const wrong = read.levels.reduce((sum, level, cell) => sum + (level === image.levels[cell] ? 0 : 1), 0);
    // Reading has noise of its own on silicon: one cell in fifty may read otherwise than it was verified.
    expect(wrong).to.be.at.most(
      report.cellsOutOfTolerance + (macro.identity.kind === "silicon" ? report.cells / 50 : 0),
    );
  });

  test("answers codes within its ADC's rails, and counts the saturated ones", async ({ macro }) => {
    const { codes, answer } = await programAndCompute(macro);
    const rails = adcRails(macro.spec);
    for (const code of codes) expect(code).to.be.within(rails.low, rails.high);
    expect(answer.saturated).to.equal(codes.filter((code) => isRail(code, rails)).length);
  });

  test("computes the matrix product of what was programmed", async ({ macro }) => {
    const { block, image, codes } = await programAndCompute(macro);
    const exact = exactCodes(macro.spec, image, block);
    if (isExact) expect([...codes]).to.deep.equal(exact);
    else expectTogether(codes, exact);
  });

  test("answers zeros for inputs of zero, as far as its offsets allow", async ({ macro }) => {
    const image = testImage(macro.spec);
    await macro.program(image);
    const block = testInputs(macro.spec, image);
    const { values } = await macro.compute({ ...block, data: new Uint8Array(block.data.length) }, { keys });
    const mean = values.reduce((sum, code) => sum + Math.abs(code), 0) / values.length;
    expect(mean).to.be.at.most(isExact ? 0 : 2 ** macro.spec.adcBits / 16);
  });

  test("adds bit planes as the host would", async ({ macro, skip }) => {
    if (!macro.spec.shiftAdd) skip("it has no shift-and-add");
    const { block, codes, answer } = await programAndCompute(macro);
    const sums = await macro.compute({ ...block, want: "sums" }, { keys });
    expectSame(macro, sums.values, addPlanes(codes, block, answer.outputs));
    if (macro.identity.kind !== "silicon") expect(sums.saturated).to.equal(answer.saturated);
  });

  test("widens its range with the ADC step", async ({ macro, skip }) => {
    const steps = macro.spec.adcStepLevels;
    if (steps.length < 2) skip("it offers one ADC step");
    const { block, image, codes } = await programAndCompute(macro);
    const widest = steps[steps.length - 1];
    await macro.configure({ adcStepLevels: [{ array: image.array, levels: widest }] });
    const { values } = await macro.compute(block, { keys });
    if (isExact) expect([...values]).to.deep.equal(exactCodes(macro.spec, image, block, widest));
    else expect(meanSquare(values)).to.be.below(meanSquare(codes));
  });

  test("forgets a tile when the next one is programmed", async ({ macro }) => {
    const { block, image } = await programAndCompute(macro);
    const empty = { ...image, levels: new Uint8Array(image.levels.length) };
    await macro.program(empty, { keys: { tile: 1 } });
    const { values } = await macro.compute(block, { keys });
    if (isExact) expect([...values]).to.deep.equal(exactCodes(macro.spec, empty, block));
    else expect(meanSquare(values)).to.be.below(meanSquare(exactCodes(macro.spec, image, block)) / 2);
  });

  test("keeps arrays apart", async ({ macro, skip }) => {
    if (macro.spec.arrays < 2) skip("it has one array");
    const { block, codes, image } = await programAndCompute(macro);
    const empty = { ...image, array: 1, levels: new Uint8Array(image.levels.length) };
    await macro.program(empty, { keys: { tile: 1 } });
    expectSame(macro, (await macro.compute(block, { keys })).values, codes);
  });

  test("takes the smallest tile and the largest, one bit and all, one vector and thousands", async ({ macro }) => {
    const { spec } = macro;
    const [smallest, largest] = [smallestImage(spec), largestImage(spec)];
    for (const [image, inputs] of [
      [smallest, { vectors: 1, bits: 1 }],
      [smallest, { vectors: 4096, bits: 2 }],
      [largest, { vectors: 1, bits: 8 }],
      [largest, { vectors: 3, bits: 1 }],
    ] as const) {
      await macro.program(image);
      const block = testInputs(spec, image, inputs);
      // Behind the guard an answer of another size is a refusal.
      const { values } = await macro.compute(block, { keys });
      if (isExact) expect([...values]).to.deep.equal(exactCodes(spec, image, block));
    }
  });
}

/** How it takes calls. */
function describeCalls(test: DeclareTest): void {
  test("gives the same codes however a batch is split and whatever the order of calls", async ({ macro }) => {
    const { block, codes, answer } = await programAndCompute(macro);
    const cut = Math.ceil(block.vectors / 3);
    const from = { firstVector: keys.firstVector + cut };
    const [second, first] = await Promise.all([
      macro.compute(
        { ...block, vectors: block.vectors - cut, data: block.data.subarray(cut * block.rows) },
        { keys: from },
      ),
      macro.compute({ ...block, vectors: cut, data: block.data.subarray(0, cut * block.rows) }, { keys }),
    ]);
    expectSame(macro, Int32Array.of(...first.values, ...second.values), codes);
    if (macro.identity.kind !== "silicon") expect(first.saturated + second.saturated).to.equal(answer.saturated);
  });

  test("leaves the inputs alone and takes an empty batch", async ({ macro }) => {
    const { block } = await programAndCompute(macro);
    const before = block.data.slice();
    await macro.compute(block, { keys });
    expect(block.data).to.deep.equal(before);
    const empty = await macro.compute({ ...block, vectors: 0, data: new Uint8Array() });
    expect(empty.values.length).to.equal(0);
    expect(empty.saturated).to.equal(0);
  });

  test("reads levels and inputs where they lie in a larger memory, or in a shared one", async ({ macro }) => {
    const { block, codes, image } = await programAndCompute(macro);
    for (const Memory of [ArrayBuffer, SharedArrayBuffer]) {
      const within = (bytes: Uint8Array) => {
        // Off the start, and with something else before and behind.
        const whole = new Uint8Array(new Memory(bytes.length + 7)).fill(1);
        whole.set(bytes, 3);
        return whole.subarray(3, 3 + bytes.length);
      };
      await macro.program({ ...image, levels: within(image.levels) });
      expectSame(macro, (await macro.compute({ ...block, data: within(block.data) }, { keys })).values, codes);
    }
  });

  test("keeps calls apart that overlap", async ({ macro }) => {
    const { spec } = macro;
    const images = [0, 1].filter((array) => array < spec.arrays).map((array) => ({ ...testImage(spec), array }));
    for (const image of images) await macro.program(image);
    const blocks = [1, 2, 3, 4, 5, 6].map((seed) => testInputs(spec, images[seed % images.length], { seed }));
    const compute = (block: InputBlock, index: number) => macro.compute(block, { keys: { firstVector: 100 * index } });
    const alone: OutputBlock[] = [];
    for (const [index, block] of blocks.entries()) alone.push(await compute(block, index));
    const reading = images.map(({ array }) => macro.readback(array));
    const together = await Promise.all(blocks.map(compute));
    for (const [index, { values }] of together.entries()) expectSame(macro, values, alone[index].values);
    for (const [index, { array }] of (await Promise.all(reading)).entries())
      expect(array).to.equal(images[index].array);
  });

  test("goes on after a call that was broken off in its middle", async ({ macro }) => {
    const { block, codes, image } = await programAndCompute(macro);
    const breakOff = async (call: (signal: AbortSignal) => Promise<unknown>) => {
      const controller = new AbortController();
      const ended = call(controller.signal).catch((error: unknown) => {
        if (!isNasError(error, "NAS_INTERRUPTED")) throw error;
      });
      await setImmediate();
      controller.abort();
      await ended;
    };
    await breakOff((signal) => macro.compute(block, { keys, signal }));
    await breakOff((signal) => macro.readback(image.array, { signal }));
    expectSame(macro, (await macro.compute(block, { keys })).values, codes);
    await breakOff((signal) => macro.program(image, { signal }));
    // How far it went nobody knows: it is programmed again.
    await macro.program(image);
    expectSame(macro, (await macro.compute(block, { keys })).values, codes);
  });

  test("closes once, takes no call any more, and opens again", async ({ macro, reopen }) => {
    const { block, codes, image } = await programAndCompute(macro);
    await macro[Symbol.asyncDispose]();
    await macro[Symbol.asyncDispose]();
    await refuses("NAS_MACRO_CONTRACT", () => macro.configure({ adcStepLevels: [] }));
    await refuses("NAS_MACRO_CONTRACT", () => macro.program(image));
    await refuses("NAS_MACRO_CONTRACT", () => macro.readback(image.array));
    await refuses("NAS_MACRO_CONTRACT", () => macro.compute(block));
    await using again = await reopen();
    expectSame(again, (await programAndCompute(again)).codes, codes);
  });

  test("tells a lost link at once, and takes no call any more", async ({ macro, loseLink, skip }) => {
    if (!loseLink) return skip("its factory gives no loseLink");
    const { block } = await programAndCompute(macro);
    const failureOf = (call: Promise<unknown>) =>
      call.then(
        () => undefined,
        (error: unknown) => error,
      );
    const underWay = failureOf(macro.compute(block, { keys }));
    await loseLink();
    // The call under way may have had its answer already; the next one finds nobody.
    const failure = (await underWay) ?? (await failureOf(macro.compute(block, { keys })));
    expect(isNasError(failure) && failure.exitCode, String(failure)).to.equal(4);
    await refuses("NAS_MACRO_LATCHED", () => macro.compute(block, { keys }));
  });
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
  // A copy: the driver's memory may be used again.
  return { image, block, codes: answer.values.slice(), answer };
}
