import { expect } from "chai";
import type { Conditions } from "../../../src/device/effects/effect.js";
import { SimulatedMacro } from "../../../src/device/simulated-macro.js";
import { readChipCharacter } from "../../../src/device/read-chip.js";
import { idealCharacter, type ChipCharacter } from "../../../src/device/virtual-chip.js";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { KernelPool } from "../../../src/kernels/worker-pool.js";
import type { InputBlock, MacroSpec, TileImage } from "../../../src/macro/macro.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { sampleSpec } from "../../support/macro-spec.js";
import { mulberry32 } from "../../support/sample-run-document.js";

const shipped = readChipCharacter(join(packageRoot(), "calibration/vc-0001/2026-11-23/chip.json"), 3);
const pool = new KernelPool(1);

/** A macro on the pool given, which it leaves open. */
function open(
  chip: ChipCharacter,
  options: { seed?: number; spec?: Partial<MacroSpec>; on?: KernelPool; conditions?: Conditions } = {},
): SimulatedMacro {
  return new SimulatedMacro({
    spec: { ...sampleSpec, ...options.spec },
    identity: { driver: "test", kind: "virtual", chipId: chip.chipId, description: "" },
    chip,
    seed: options.seed ?? 1,
    conditions: options.conditions,
    lease: { pool: options.on ?? pool, [Symbol.asyncDispose]: async () => undefined },
  });
}

/** A full array: of each pair one cell is programmed, so that lines have both signs. */
function randomImage(place: Partial<TileImage> = {}): TileImage {
  const random = mulberry32(4);
  const levels = new Uint8Array(128 * 128);
  for (let pair = 0; pair < levels.length; pair += 2) levels[pair + Number(random() < 0.5)] = Math.floor(random() * 8);
  return { array: 0, rows: 128, columns: 128, levels, ...place };
}

function randomInputs(vectors: number): InputBlock {
  const random = mulberry32(5);
  const data = Uint8Array.from({ length: vectors * 128 }, () => Math.floor(random() * 16));
  return { array: 0, vectors, rows: 128, bits: 4, data, want: "codes" };
}

describe("SimulatedMacro", () => {
  after(() => pool[Symbol.asyncDispose]());

  it("answers the same codes on any number of threads and however a batch is split", async () => {
    const block = randomInputs(40);
    const from = (firstVector: number) => ({ keys: { firstVector } });
    const answers: number[][] = [];
    for (const threads of [1, 3]) {
      await using on = new KernelPool(threads);
      await using macro = open(shipped, { on });
      await macro.program(randomImage());
      answers.push([...(await macro.compute(block, from(1000))).values]);
      const parts = await Promise.all(
        [0, 1, 8, 27].map((first, index, starts) => {
          const to = starts[index + 1] ?? 40;
          const data = block.data.subarray(first * 128, to * 128);
          return macro.compute({ ...block, vectors: to - first, data }, from(1000 + first));
        }),
      );
      answers.push(parts.flatMap(({ values }) => [...values]));
    }
    for (const answer of answers) expect(answer).to.deep.equal(answers[0]);
  });

  it("is another chip under another seed, and the same one under the same", async () => {
    const codesOf = async (seed: number) => {
      await using macro = open(shipped, { seed });
      await macro.program(randomImage());
      return [...(await macro.compute(randomInputs(10))).values];
    };
    const [one, again, other] = [await codesOf(1), await codesOf(1), await codesOf(2)];
    expect(again).to.deep.equal(one);
    expect(other.filter((code, index) => code !== one[index]).length).to.be.greaterThan(one.length / 4);
  });

  it("has read noise of the stated sigma in ADC steps, drawn anew for each vector, plane and output", async () => {
    const vectors = 4000;
    const inputs = { ...randomInputs(vectors), bits: 1, data: new Uint8Array(vectors * 128).fill(1) };
    for (const [sigmaLevels, step] of [
      [3, 1],
      [6, 4],
    ]) {
      await using macro = open({ ...idealCharacter(), readNoiseSigmaLevels: sigmaLevels }, { spec: { adcBits: 10 } });
      const { levels } = randomImage();
      await macro.program(randomImage());
      await macro.configure({ adcStepLevels: [{ array: 0, levels: step }] });
      const { values } = await macro.compute(inputs);
      // With all rows on, each output's line is the sum of its column pair.
      const lines = Array.from({ length: 64 }, (_, output) =>
        levels.reduce(
          (sum, level, cell) => sum + (cell % 128 === 2 * output ? level : cell % 128 === 2 * output + 1 ? -level : 0),
          0,
        ),
      );
      const errors = Array.from(values, (code, index) => code - lines[index % 64] / step);
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      const variance = errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length;
      // Rounding to whole codes adds a twelfth.
      const expected = (sigmaLevels / step) ** 2 + 1 / 12;
      expect(mean).to.be.closeTo(0, 4 * Math.sqrt(expected / errors.length) + 1 / 64);
      expect(variance / expected).to.be.closeTo(1, 4 * Math.sqrt(2 / errors.length));
      const here = errors.slice(0, -1).reduce((sum, error, index) => sum + error * errors[index + 1], 0);
      expect(Math.abs(here / errors.length / expected)).to.be.lessThan(4 / Math.sqrt(errors.length));
    }
  });

  it("shows each column's ADC offset at an input of zero, at the place it belongs to", async () => {
    const chip = { ...idealCharacter(), chipSeed: 2, adcOffsetSigmaSteps: 20 };
    await using macro = open(chip);
    const zeros = { ...randomInputs(2), data: new Uint8Array(256), bits: 1 };
    const offsetsAt = async ({ tile = 0, ...place }: Partial<TileImage> & { tile?: number }) => {
      const image = randomImage(place);
      await macro.program(image, { keys: { tile } });
      const { values } = await macro.compute({ ...zeros, array: image.array });
      expect([...values.subarray(0, 64)], "the same for every vector").to.deep.equal([...values.subarray(64)]);
      return [...values.subarray(0, 64)];
    };
    const offsets = await offsetsAt({});
    const deviation = Math.sqrt(offsets.reduce((sum, offset) => sum + offset ** 2, 0) / 64);
    expect(deviation).to.be.closeTo(20, (4 * 20) / Math.sqrt(128));
    expect(await offsetsAt({ tile: 5 }), "another tile in the same array").to.deep.equal(offsets);
    expect(await offsetsAt({ array: 1 }), "the same tile in another array").to.not.deep.equal(offsets);
  });

  it("answers as of the time after programming that it is asked for, while write-verify saw the cells at once", async () => {
    const relaxing = { ...idealCharacter(), relaxationSigmaLevels: new Array<number>(8).fill(0.3) };
    const answers: number[][] = [];
    for (const secondsSinceProgramming of [0, 1000]) {
      await using macro = open(relaxing, { conditions: { secondsSinceProgramming, temperatureCelsius: 25 } });
      expect((await macro.program(randomImage())).cellsOutOfTolerance).to.equal(0);
      const moved = (await macro.readback(0)).levels.filter(
        (level, cell) => level !== randomImage().levels[cell],
      ).length;
      // A sigma of 0.3 × √6: half of all cells read another level, fewer at level 0.
      if (secondsSinceProgramming === 0) expect(moved).to.equal(0);
      else expect(moved / 128 ** 2).to.be.within(0.3, 0.5);
      answers.push([...(await macro.compute(randomInputs(3))).values]);
    }
    expect(answers[1]).to.not.deep.equal(answers[0]);
  });

  it("computes a chip whose lines drop voltage on the slow path: the same codes for a wire that has none", async () => {
    await using plain = open({ ...shipped, chipSeed: 5 });
    await using perfect = open({ ...shipped, chipSeed: 5, bitLineSegmentResistance: 1e-12 });
    await using lossy = open({ ...shipped, chipSeed: 5, bitLineSegmentResistance: 1e-5 });
    const codesOf = async (macro: SimulatedMacro, firstVector = 0, vectors = 40) => {
      await macro.program(randomImage());
      await macro.configure({ adcStepLevels: [{ array: 0, levels: 2 }] });
      const data = randomInputs(40).data.subarray(firstVector * 128, (firstVector + vectors) * 128);
      return macro.compute({ ...randomInputs(vectors), data }, { keys: { firstVector } });
    };
    const [exact, same, dropped] = [await codesOf(plain), await codesOf(perfect), await codesOf(lossy)];
    // Contributions are rounded one by one here and as a sum there: a code may fall on the other side of an edge.
    const apart = [...same.values].filter((code, index) => code !== exact.values[index]);
    expect(apart.length / same.values.length).to.be.lessThan(0.03);
    const reach = ({ values }: { values: Int32Array }) => values.reduce((sum, code) => sum + Math.abs(code), 0);
    expect(reach(dropped) / reach(exact)).to.be.within(0.8, 0.99);
    const parts = [...(await codesOf(lossy, 0, 7)).values, ...(await codesOf(lossy, 7, 33)).values];
    expect(parts).to.deep.equal([...dropped.values]);
    const { values, saturated } = await lossy.compute({ ...randomInputs(1), vectors: 0, data: new Uint8Array() });
    expect([values.length, saturated]).to.deep.equal([0, 0]);
  });

  it("reads back the nearest level, within the cells' range", async () => {
    await using macro = open({ ...idealCharacter(), programmingSigmaLevels: new Array<number>(8).fill(0.6) });
    const image = randomImage();
    const { cells, cellsOutOfTolerance } = await macro.program(image);
    const { levels, ...rest } = await macro.readback(0);
    expect(rest).to.deep.equal({ array: 0, rows: 128, columns: 128 });
    expect(cells).to.equal(levels.length);
    expect(Math.max(...levels)).to.equal(7);
    const wrong = levels.filter((level, cell) => level !== image.levels[cell]).length;
    // A full cell that reads above the range is out of tolerance, yet reads as full.
    expect(wrong).to.be.within(cellsOutOfTolerance / 2, cellsOutOfTolerance);
  });

  it("keeps what it was programmed with when the caller's array changes, and its ADC steps over programming", async () => {
    await using macro = open(idealCharacter());
    await macro.configure({ adcStepLevels: [{ array: 0, levels: 8 }] });
    const image = randomImage();
    const before = image.levels.slice();
    await macro.program(image);
    const coarse = (await macro.compute(randomInputs(3))).values;
    image.levels.fill(0);
    await macro.configure({ adcStepLevels: [{ array: 0, levels: 1 }] });
    await macro.configure({ adcStepLevels: [{ array: 0, levels: 8 }] });
    expect((await macro.readback(0)).levels).to.deep.equal(before);
    expect((await macro.compute(randomInputs(3))).values).to.deep.equal(coarse);
  });

  it("still holds what it held where a step or a tile is refused", async () => {
    await using macro = open(idealCharacter(), {
      spec: { arrayRows: 1024, cellBits: 7, adcStepLevels: [1, 64] },
    });
    const small = { array: 0, rows: 2, columns: 2, levels: Uint8Array.of(3, 0, 0, 2) };
    const full = {
      array: 0,
      rows: 1024,
      columns: 2,
      levels: new Uint8Array(2048).map((_, cell) => (cell % 2 ? 0 : 127)),
    };
    const block = {
      array: 0,
      vectors: 1,
      rows: 2,
      bits: 1,
      data: Uint8Array.of(1, 1),
      want: "codes" as const,
    };
    await macro.program(small);
    await expectNasRejection("NAS_MACRO_RANGE", macro.program(full));
    expect([...(await macro.readback(0)).levels]).to.deep.equal([3, 0, 0, 2]);
    expect([...(await macro.compute(block)).values]).to.deep.equal([1]);
    await macro.configure({ adcStepLevels: [{ array: 0, levels: 64 }] });
    await macro.program(full);
    await expectNasRejection("NAS_MACRO_RANGE", macro.configure({ adcStepLevels: [{ array: 0, levels: 1 }] }));
    const all = { ...block, rows: 1024, data: new Uint8Array(1024).fill(1) };
    expect([...(await macro.compute(all)).values], "130,048 levels at 64 a step").to.deep.equal([127]);
  });

  it("draws its read noise anew for each reading of the same vectors, and the same again for the same reading", async () => {
    await using macro = open({ ...idealCharacter(), readNoiseSigmaLevels: 3 });
    await macro.program(randomImage());
    const inputs = randomInputs(500);
    const read = async (repeat?: number) => (await macro.compute(inputs, { keys: { firstVector: 7, repeat } })).values;
    const [first, second, third] = [await read(), await read(1), await read(2)];
    expect(await read(0)).to.deep.equal(first);
    expect(await read(1)).to.deep.equal(second);
    await using ideal = open(idealCharacter());
    await ideal.program(randomImage());
    const exact = (await ideal.compute(inputs)).values;
    const errors = [first, second, third].map((codes) => Array.from(codes, (code, index) => code - exact[index]));
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      const both = errors[a].reduce((sum, error, index) => sum + error * errors[b][index], 0);
      const square = errors[a].reduce((sum, error) => sum + error * error, 0);
      expect(Math.abs(both / square)).to.be.lessThan(5 / Math.sqrt(exact.length));
    }
  });

  it("gives back its share of the threads when it is closed, and its tiles' memory", async () => {
    let given = 0;
    await using own = new KernelPool(1);
    const macro = new SimulatedMacro({
      spec: sampleSpec,
      identity: { driver: "test", kind: "virtual", chipId: "ideal", description: "" },
      chip: idealCharacter(),
      seed: 1,
      lease: { pool: own, [Symbol.asyncDispose]: async () => void given++ },
    });
    await macro.program(randomImage());
    // The first user of a pool has prefix "0/".
    const { vectors, bits, data, want } = randomInputs(1);
    const run = () => own.run("0/0", { vectors, bits, data, firstVector: 0, want });
    expect((await run()).values.length).to.equal(4 * 64);
    await macro[Symbol.asyncDispose]();
    expect(given).to.equal(1);
    expect((await expectNasRejection("NAS_KERNEL_FAILED", run())).message).to.contain("nothing is prepared");
  });
});
