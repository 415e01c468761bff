import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { InputBlock, TileImage } from "../../../src/macro/macro.js";
import { RecordingMacro } from "../../../src/macro/recording.js";
import { ReplayMacro } from "../../../src/macro/replay.js";
import { expectNasError, expectNasRejection } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { TinyMacro } from "../../support/tiny-macro.js";

const image: TileImage = { array: 1, tile: 3, rows: 2, columns: 2, levels: Uint8Array.of(1, 7, 3, 4) };
const blocks: InputBlock[] = [0, 1, 2, 3].map((firstVector) => ({
  array: 1,
  vectors: 1,
  rows: 2,
  bits: 2,
  data: Uint8Array.of(firstVector, 1),
  firstVector,
  want: "sums",
}));

describe("ReplayMacro", () => {
  const folder = temporaryFolder();

  /** A trace of the image at ADC step 4 and of all blocks. */
  async function recorded(): Promise<string> {
    const path = join(folder(), "job.trace");
    await using recording = new RecordingMacro(new TinyMacro(), path);
    await recording.configure({ adcStepLevels: [{ array: 1, levels: 4 }] });
    await recording.program(image);
    await recording.readback(1);
    for (const block of blocks) await recording.compute(block);
    return path;
  }

  async function replaying(): Promise<ReplayMacro> {
    const replay = new ReplayMacro(await recorded());
    await replay.configure({ adcStepLevels: [{ array: 1, levels: 4 }] });
    await replay.program(image);
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
    });
  });

  it("gives report, levels and values as they were, in another order and more than once", async () => {
    await using original = new TinyMacro();
    await original.configure({ adcStepLevels: [{ array: 1, levels: 4 }] });
    const report = await original.program(image);
    await using replay = await replaying();
    expect(await replay.program(image)).to.deep.equal(report);
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
    const other = await expectNasRejection("NAS_MACRO_REPLAY", replay.compute({ ...blocks[0], firstVector: 9 }));
    expect(other.message).to.contain("no answer to this batch of 1 vectors on array 1");
    expect(other.hint).to.contain("the very run that was recorded");
    await replay.configure({ adcStepLevels: [{ array: 1, levels: 2 }] });
    await expectNasRejection("NAS_MACRO_REPLAY", replay.compute(blocks[0]));
    const tile = await expectNasRejection("NAS_MACRO_REPLAY", replay.program({ ...image, tile: 8 }));
    expect(tile.message).to.contain("programming of tile 8");
  });

  it("refuses what the macro would have refused", async () => {
    await using replay = new ReplayMacro(await recorded());
    await expectNasRejection("NAS_MACRO_CONTRACT", replay.compute(blocks[0]));
    await expectNasRejection("NAS_MACRO_CONTRACT", replay.readback(1));
    await expectNasRejection("NAS_MACRO_RANGE", replay.program({ ...image, array: 3 }));
    await expectNasRejection("NAS_MACRO_RANGE", replay.configure({ adcStepLevels: [{ array: 0, levels: 3 }] }));
  });

  it("stops before a call where the signal has fired", async () => {
    await using replay = await replaying();
    const call = { signal: AbortSignal.abort() };
    for (const job of [
      replay.configure({ adcStepLevels: [] }, call),
      replay.program(image, call),
      replay.readback(1, call),
      replay.compute(blocks[0], call),
    ]) {
      await expectNasRejection("NAS_INTERRUPTED", job);
    }
  });

  it("refuses a file that is no recording, by its path", () => {
    const path = join(folder(), "no.trace");
    writeFileSync(path, "something else, long enough to be looked at");
    expect(expectNasError("NAS_MACRO_REPLAY", () => new ReplayMacro(path)).message).to.contain(path);
  });
});
