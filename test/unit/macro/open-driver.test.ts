import { expect } from "chai";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineDriver } from "../../../src/macro/define-driver.js";
import { openDriver } from "../../../src/macro/open-driver.js";
import type { TileImage } from "../../../src/macro/macro.js";
import { ReplayMacro } from "../../../src/macro/replay.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { TinyMacro } from "../../support/tiny-macro.js";

const image: TileImage = { array: 0, rows: 2, columns: 2, levels: Uint8Array.of(1, 0, 0, 2) };
const request = {
  name: "tiny",
  options: {},
  resolve: (path: string) => path,
  context: {},
  simulation: { seed: 1, threads: 1 },
};

describe("openDriver", () => {
  const folder = temporaryFolder();
  const driverOf = (macro: TinyMacro) => defineDriver({ id: "tiny", contract: 2, open: () => Promise.resolve(macro) });

  it("puts the guard around the driver's macro, and closes it", async () => {
    const inner = new TinyMacro();
    const macro = await openDriver(driverOf(inner), request);
    await expectNasRejection("NAS_MACRO_CONTRACT", macro.readback(0));
    await macro[Symbol.asyncDispose]();
    expect(inner.isClosed).to.equal(true);
  });

  it("writes down what the driver answers where a recording is wanted", async () => {
    const path = join(folder(), "tiny.trace");
    const macro = await openDriver(driverOf(new TinyMacro()), request, path);
    const report = await macro.program(image);
    await macro[Symbol.asyncDispose]();
    await using replay = new ReplayMacro(path);
    expect(await replay.program(image)).to.deep.equal(report);
  });

  it("closes the macro where the recording cannot be begun", async () => {
    const inner = new TinyMacro();
    const path = join(folder(), "tiny.trace", "below a file");
    await expectNasRejection("NAS_MACRO_REPLAY", openDriver(driverOf(inner), request, path));
    expect(inner.isClosed).to.equal(true);
    expect(existsSync(path)).to.equal(false);
  });
});
