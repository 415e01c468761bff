import { expect } from "chai";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineDriver, type OpenRequest } from "../../../src/macro/define-driver.js";
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

  it("refuses a macro that does not say who it is, and closes it", async () => {
    const nobody = new TinyMacro();
    Object.defineProperty(nobody, "identity", { value: { ...nobody.identity, chipId: "x".repeat(100_000) } });
    await expectNasRejection("NAS_MACRO_CONTRACT", openDriver(driverOf(nobody), request));
    expect(nobody.isClosed).to.equal(true);
  });

  it("writes down what the driver answers where a recording is wanted", async () => {
    const path = join(folder(), "tiny.trace");
    const macro = await openDriver(driverOf(new TinyMacro()), request, { recordPath: path });
    const report = await macro.program(image);
    await macro[Symbol.asyncDispose]();
    await using replay = new ReplayMacro(path);
    expect(await replay.program(image)).to.deep.equal(report);
  });

  it("holds the device that the driver names while the macro is open, and no longer", async () => {
    const order: string[] = [];
    const holdDevice = (device: string) => {
      order.push(`hold ${device}`);
      return { [Symbol.dispose]: () => void order.push("let go") };
    };
    const open = async () => (order.push("open"), new TinyMacro());
    const deviceKey = ({ options }: OpenRequest) => options.port as string | undefined;
    const driver = defineDriver({ id: "tiny", contract: 2, deviceKey, open });
    await (await openDriver(driver, { ...request, options: { port: "p1" } }, { holdDevice }))[Symbol.asyncDispose]();
    expect(order.splice(0)).to.deep.equal(["hold p1", "open", "let go"]);
    await (await openDriver(driver, request, { holdDevice }))[Symbol.asyncDispose]();
    expect(order.splice(0), "no device").to.deep.equal(["open"]);
    const failing = { ...driver, open: () => Promise.reject(new Error("no answer")) };
    const asked = openDriver(failing, { ...request, options: { port: "p1" } }, { holdDevice });
    expect(await asked.catch((error: Error) => error.message)).to.equal("no answer");
    expect(order).to.deep.equal(["hold p1", "let go"]);
  });

  it("closes the macro where the recording cannot be begun", async () => {
    const inner = new TinyMacro();
    const path = join(folder(), "tiny.trace", "below a file");
    await expectNasRejection("NAS_MACRO_REPLAY", openDriver(driverOf(inner), request, { recordPath: path }));
    expect(inner.isClosed).to.equal(true);
    expect(existsSync(path)).to.equal(false);
  });
});
