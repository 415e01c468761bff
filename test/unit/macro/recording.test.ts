import { expect } from "chai";
import fc from "fast-check";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { NasError } from "../../../src/base/errors.js";
import { GuardedMacro } from "../../../src/macro/guarded.js";
import type { InputBlock, Macro, TileImage } from "../../../src/macro/macro.js";
import { RecordingMacro } from "../../../src/macro/recording.js";
import { ReplayMacro } from "../../../src/macro/replay.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { withFailingWritesAsync } from "../../support/failing-writes.js";
import { mulberry32 } from "../../support/sample-run-document.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { TinyMacro } from "../../support/tiny-macro.js";

const image: TileImage = { array: 0, rows: 2, columns: 4, levels: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 0) };
const block: InputBlock = {
  array: 0,
  vectors: 2,
  rows: 2,
  bits: 2,
  data: Uint8Array.of(0, 1, 2, 3),
  want: "codes",
};

const keys = { firstVector: 5 };

type Call = (macro: Macro) => Promise<unknown>;

/** Any call of a job, right or wrong: unknown arrays, steps and levels among them. */
const anyCall: fc.Arbitrary<Call> = fc.oneof(
  fc.tuple(fc.nat(3), fc.constantFrom(1, 2, 3, 8)).map(
    ([array, levels]): Call =>
      (macro) =>
        macro.configure({ adcStepLevels: [{ array, levels }] }),
  ),
  fc.tuple(fc.nat(3), fc.nat(2), fc.uint8Array({ minLength: 8, maxLength: 8, max: 8 })).map(
    ([array, tile, levels]): Call =>
      (macro) =>
        macro.program({ array, rows: 2, columns: 4, levels }, { keys: { tile } }),
  ),
  fc.nat(3).map(
    (array): Call =>
      (macro) =>
        macro.readback(array),
  ),
  fc
    .record({
      array: fc.nat(3),
      vectors: fc.nat(2),
      bits: fc.integer({ min: 1, max: 2 }),
      firstVector: fc.nat(3),
      repeat: fc.nat(1),
      want: fc.constantFrom("codes" as const, "sums" as const),
      data: fc.uint8Array({ minLength: 4, maxLength: 4, max: 3 }),
    })
    .map(
      ({ firstVector, repeat, ...choice }): Call =>
        (macro) =>
          macro.compute(
            { ...choice, rows: 2, data: choice.data.subarray(0, 2 * choice.vectors) },
            { keys: { firstVector, repeat } },
          ),
    ),
);

/** What each call gives, one after the other; a refusal by its code. */
async function outcomes(macro: Macro, calls: readonly Call[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const call of calls) found.push(await call(macro).catch((error: NasError) => error.code));
  return found;
}

describe("RecordingMacro", () => {
  const folder = temporaryFolder();
  let number = 0;
  const fresh = () => join(folder(), `${number++}.trace`);

  it("answers as the macro inside, and its replay answers the same once more: any calls, right or wrong", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyCall, { minLength: 1, maxLength: 25 }), async (calls) => {
        const path = fresh();
        const expected = await outcomes(new GuardedMacro(new TinyMacro()), calls);
        {
          await using recording = new GuardedMacro(new RecordingMacro(new TinyMacro(), path));
          expect(await outcomes(recording, calls)).to.deep.equal(expected);
        }
        await using replay = new GuardedMacro(new ReplayMacro(path));
        expect(await outcomes(replay, calls)).to.deep.equal(expected);
      }),
      { numRuns: 100 },
    );
  });

  it("writes the same bytes whether calls overlap, and in whatever order their answers come", async () => {
    const job: Call[] = [
      (macro) => macro.program(image),
      (macro) => macro.program({ ...image, array: 1 }, { keys: { tile: 1 } }),
      ...Array.from(
        { length: 12 },
        (_, index): Call =>
          (macro) =>
            macro.compute({ ...block, array: index % 2 }, { keys: { firstVector: index } }),
      ),
      (macro) => macro.readback(1),
    ];
    const one = fresh();
    {
      await using recording = new RecordingMacro(new TinyMacro(), one);
      await outcomes(recording, job);
    }
    const random = mulberry32(2);
    for (let turn = 0; turn < 3; turn++) {
      const path = fresh();
      {
        await using recording = new RecordingMacro(new TinyMacro({}, { pause: () => sleep(random() * 10) }), path);
        await Promise.all(job.map((call) => call(recording)));
      }
      expect(readFileSync(path).equals(readFileSync(one))).to.equal(true);
    }
  });

  it("waits for answers that are under way when it is closed", async () => {
    const path = fresh();
    const recording = new RecordingMacro(new TinyMacro({}, { pause: () => sleep(30) }), path);
    await recording.program(image);
    const answer = recording.compute(block, { keys });
    await recording[Symbol.asyncDispose]();
    await using replay = new ReplayMacro(path);
    await replay.program(image);
    expect(await replay.compute(block, { keys })).to.deep.equal(await answer);
  });

  it("records what a call was asked, though the caller's arrays change right after", async () => {
    const path = fresh();
    const [levels, data] = [image.levels.slice(), block.data.slice()];
    {
      await using recording = new RecordingMacro(new TinyMacro(), path);
      const programming = recording.program({ ...image, levels });
      levels.fill(0);
      await programming;
      const computing = recording.compute({ ...block, data }, { keys });
      data.fill(0);
      await computing;
    }
    await using replay = new ReplayMacro(path);
    await replay.program(image);
    expect((await replay.compute(block, { keys })).values).to.deep.equal(await valuesOf(new TinyMacro()));
  });

  it("records what was answered, though the caller changes its arrays before they are written down", async () => {
    const path = fresh();
    const expected = await valuesOf(new TinyMacro());
    {
      let calls = 0;
      // The first computation takes long, and no answer is written before those of earlier calls.
      const inner = new TinyMacro({}, { pause: () => sleep(calls++ === 1 ? 40 : 0) });
      await using recording = new RecordingMacro(inner, path);
      await recording.program(image);
      const slow = recording.compute(block, { keys: { firstVector: 77 } });
      (await recording.compute(block, { keys })).values.fill(0);
      (await recording.readback(0)).levels.fill(0);
      await slow;
    }
    await using replay = new ReplayMacro(path);
    await replay.program(image);
    expect((await replay.compute(block, { keys })).values).to.deep.equal(expected);
    expect([...(await replay.readback(0)).levels]).to.deep.equal([...image.levels].map((level) => level >> 1));
  });

  it("holds no answer to a call that failed", async () => {
    const path = fresh();
    {
      const inner = new TinyMacro({}, { fail: (_inputs, call) => call.keys?.firstVector === 6 });
      await using recording = new RecordingMacro(inner, path);
      await recording.program(image);
      await expectNasRejection("NAS_MACRO_CONTRACT", recording.compute(block, { keys: { firstVector: 6 } }));
      await recording.compute(block, { keys });
    }
    await using replay = new ReplayMacro(path);
    await replay.program(image);
    await expectNasRejection("NAS_MACRO_REPLAY", replay.compute(block, { keys: { firstVector: 6 } }));
    expect((await replay.compute(block, { keys })).values).to.deep.equal(await valuesOf(new TinyMacro()));
  });

  it("closes the macro inside", async () => {
    const inner = new TinyMacro();
    await new RecordingMacro(inner, fresh())[Symbol.asyncDispose]();
    expect(inner.isClosed).to.equal(true);
  });

  describe("where the disk is full", () => {
    it("fails at the next call, leaves no trace and still closes the macro inside", async () => {
      const path = fresh();
      const inner = new TinyMacro();
      const recording = new RecordingMacro(inner, path);
      await recording.program(image);
      await withFailingWritesAsync(async () => {
        await recording.compute(block, { keys });
        // The answer is written once it is there.
        await sleep(5);
      });
      const error = await expectNasRejection("NAS_MACRO_REPLAY", recording.compute(block, { keys }));
      expect(error.message).to.contain("no space left");
      await recording[Symbol.asyncDispose]();
      expect(inner.isClosed).to.equal(true);
      expect([path, `${path}.part`].filter(existsSync)).to.deep.equal([]);
    });

    it("fails at its end where no call has told so", async () => {
      const inner = new TinyMacro();
      const path = fresh();
      const recording = new RecordingMacro(inner, path);
      await recording.program(image);
      await withFailingWritesAsync(async () => {
        await recording.compute(block, { keys });
        await expectNasRejection("NAS_MACRO_REPLAY", recording[Symbol.asyncDispose]());
      });
      expect(inner.isClosed).to.equal(true);
      expect(existsSync(path)).to.equal(false);
    });
  });
});

async function valuesOf(macro: Macro): Promise<Int32Array> {
  await macro.program(image);
  return (await macro.compute(block, { keys })).values;
}
