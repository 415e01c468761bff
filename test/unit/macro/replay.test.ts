import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { InputBlock, TileImage } from "../../../src/macro/macro.js";
import type { Macro } from "../../../src/macro/macro.js";
import { RecordingMacro } from "../../../src/macro/recording.js";
import { ReplayMacro } from "../../../src/macro/replay.js";
import { expectNasError, expectNasRejection } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { packageRoot } from "../../../src/base/paths.js";
import { readChipCharacter } from "../../../src/device/read-chip.js";
import { GuardedMacro } from "../../../src/macro/guarded.js";
import { openSimulated } from "../../support/open-simulated.js";
import { TinyMacro } from "../../support/tiny-macro.js";

const image: TileImage = { array: 1, rows: 2, columns: 2, levels: Uint8Array.of(1, 7, 3, 4) };
const tile = { keys: { tile: 3 } };
const blocks: InputBlock[] = [0, 1, 2, 3].map((input) => ({
  array: 1,
  vectors: 1,
  rows: 2,
  bits: 2,
  data: Uint8Array.of(input, 1),
  want: "sums",
}));

describe("ReplayMacro", () => {
  const folder = temporaryFolder();

  /** A trace of the image at ADC step 4 and of all blocks. */
  async function recorded(): Promise<string> {
    const path = join(folder(), "job.trace");
    await using recording = new RecordingMacro(new TinyMacro(), path);
    await recording.configure({ adcStepLevels: [{ array: 1, levels: 4 }] });
    await recording.program(image, tile);
    await recording.readback(1);
    for (const block of blocks) await recording.compute(block);
    return path;
  }

  async function replaying(): Promise<ReplayMacro> {
    const replay = new ReplayMacro(await recorded());
    await replay.configure({ adcStepLevels: [{ array: 1, levels: 4 }] });
    await replay.program(image, tile);
    return replay;
  }

  it("has the spec of what was recorded, and says that it is a recording of it", async () => {
    await using replay = new ReplayMacro(await recorded());
    expect(replay.spec).to.deep.equal(new TinyMacro().spec);
    expect(replay.identity).to.deep.equal({
      driver: "replay",
      kind: "recording",
      chipId: "t1",
      description: "recording of a macro for tests (driver tiny)",
      recorded: { kind: new TinyMacro().identity.kind, driver: "tiny" },
    });
  });

  it("keeps kind, driver and seed of what was recorded, through a recording of a recording too", async () => {
    const record = async (inner: Macro, name: string, seed: number) => {
      const path = join(folder(), name);
      await new RecordingMacro(inner, path, seed)[Symbol.asyncDispose]();
      return path;
    };
    const board = new TinyMacro();
    Object.assign(board, { identity: { ...board.identity, kind: "silicon" } });
    const once = await record(board, "once.trace", 7);
    const twice = await record(new ReplayMacro(once, 7), "twice.trace", 7);
    for (const path of [once, twice]) {
      await using replay = new ReplayMacro(path, 7);
      expect(replay.identity.recorded).to.deep.equal({ kind: "silicon", driver: "tiny", seed: 7 });
    }
    const error = expectNasError("NAS_MACRO_REPLAY", () => new ReplayMacro(once, 8));
    expect(error.message).to.contain("was made with seed 7, this run has seed 8");
    expect(error.hint).to.equal("run with --seed 7");
  });

  it("answers a run of any seed from a recording that does not tell its own", async () => {
    await using replay = new ReplayMacro(await recorded(), 8);
    expect(replay.identity.recorded).to.not.have.property("seed");
  });

  it("gives report, levels and values as they were, in another order and more than once", async () => {
    await using original = new TinyMacro();
    await original.configure({ adcStepLevels: [{ array: 1, levels: 4 }] });
    const report = await original.program(image, tile);
    await using replay = await replaying();
    expect(await replay.program(image, tile)).to.deep.equal(report);
    for (const block of [...blocks].reverse().concat(blocks))
      expect(await replay.compute(block)).to.deep.equal(await original.compute(block));
    expect(await replay.readback(1)).to.deep.equal(await original.readback(1));
  });

  it("gives every caller an array of its own", async () => {
    await using replay = await replaying();
    const first = await replay.compute(blocks[0]);
    const before = [...first.values];
    first.values.fill(0);
    expect([...(await replay.compute(blocks[0])).values]).to.deep.equal(before);
  });

  it("refuses what was not recorded, and tells what it was", async () => {
    await using replay = await replaying();
    const other = await expectNasRejection("NAS_MACRO_REPLAY", replay.compute(blocks[0], { keys: { firstVector: 9 } }));
    expect(other.message).to.contain("no answer to this batch of 1 vectors on array 1");
    expect(other.hint).to.contain("the very run that was recorded");
    await replay.configure({ adcStepLevels: [{ array: 1, levels: 2 }] });
    await expectNasRejection("NAS_MACRO_REPLAY", replay.compute(blocks[0]));
    const unknown = await expectNasRejection("NAS_MACRO_REPLAY", replay.program(image, { keys: { tile: 8 } }));
    expect(unknown.message).to.contain("programming of tile 8");
  });

  it("gives what was recorded under contract 1, which is what the simulator gives today", async () => {
    const spec = { arrayRows: 16, arrayColumns: 8, arrays: 2 };
    const chip = readChipCharacter(join(packageRoot(), "calibration/vc-0001/2026-11-23/chip.json"), 3);
    const [recorded, today] = [
      new GuardedMacro(new ReplayMacro(join(packageRoot(), "fixtures/traces/contract-1.trace"))),
      openSimulated(spec, chip, { seed: 7 }),
    ];
    expect(recorded.spec).to.include({ ...spec, contract: 2 });
    const levels = Uint8Array.from({ length: 128 }, (_, cell) => (cell * 5 + (cell >> 3)) % 8);
    const written: TileImage = { array: 1, rows: 16, columns: 8, levels };
    const data = Uint8Array.from({ length: 32 }, (_, input) => input % 4);
    const answers = [recorded, today].map(async (opened) => {
      await using macro = opened;
      await macro.configure({ adcStepLevels: [{ array: 1, levels: 4 }] });
      const report = await macro.program(written, tile);
      const read = await macro.readback(1);
      const block = { array: 1, vectors: 2, rows: 16, bits: 2, data };
      const sums = await macro.compute({ ...block, want: "sums" });
      const codes = await macro.compute({ ...block, want: "codes" }, { keys: { firstVector: 9 } });
      return {
        report,
        read,
        sums: { ...sums, values: [...sums.values] },
        codes: { ...codes, values: [...codes.values] },
      };
    });
    const [old, now] = await Promise.all(answers);
    expect(old).to.deep.equal(now);
    expect(old.sums.values).to.deep.equal([6, -2, 9, -2, 6, -4, 9, -2]);
    expect(old.report).to.deep.equal({ cells: 128, cellsOutOfTolerance: 1 });
  });

  it("refuses a file that is no recording, by its path", () => {
    const path = join(folder(), "no.trace");
    writeFileSync(path, "something else, long enough to be looked at");
    expect(expectNasError("NAS_MACRO_REPLAY", () => new ReplayMacro(path)).message).to.contain(path);
  });
});
