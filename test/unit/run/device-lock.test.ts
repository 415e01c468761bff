import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { deviceFolder, holdDevice } from "../../../src/run/device-lock.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("holdDevice", () => {
  const folder = temporaryFolder();
  const before = process.env.NAS4CIM_DEVICES;

  beforeEach(() => {
    process.env.NAS4CIM_DEVICES = join(folder(), "devices");
  });

  after(() => {
    if (before === undefined) delete process.env.NAS4CIM_DEVICES;
    else process.env.NAS4CIM_DEVICES = before;
  });

  /** Another process that holds the device until it is killed. */
  async function otherHolder(device: string) {
    const script = join(folder(), "hold.mjs");
    const module = join(packageRoot(), "dist/src/run/device-lock.js");
    writeFileSync(
      script,
      `const { holdDevice } = await import(${JSON.stringify(module)});
       globalThis.held = holdDevice(${JSON.stringify(device)});
       console.log("held");
       setInterval(() => undefined, 1000);`,
    );
    const child = spawn(process.execPath, [script, "run", "--subject", "board"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    return child;
  }

  it("keeps a device from everybody else until it is let go", () => {
    const held = holdDevice("serial:/dev/ttyUSB0");
    const other = holdDevice("serial:/dev/ttyUSB1");
    const error = expectNasError("NAS_MACRO_DEVICE_HELD", () => holdDevice("serial:/dev/ttyUSB0"));
    expect(error.message).to.match(/^device serial:\/dev\/ttyUSB0 is held by this very process since 20/);
    held[Symbol.dispose]();
    holdDevice("serial:/dev/ttyUSB0")[Symbol.dispose]();
    other[Symbol.dispose]();
    expect(readdirSync(deviceFolder())).to.deep.equal([]);
  });

  it("names the process that holds it, since when and by which command, and takes it once that process is dead", async () => {
    const child = await otherHolder("usb:0483/5740/31");
    const error = expectNasError("NAS_MACRO_DEVICE_HELD", () => holdDevice("usb:0483/5740/31"));
    expect(error.message)
      .to.contain(`is held by process ${child.pid} since 20`)
      .and.to.contain("(hold.mjs run --subject board)");
    expect(error.context).to.include({ device: "usb:0483/5740/31", processId: child.pid });
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(readdirSync(deviceFolder()).length, "what the dead left").to.be.greaterThan(0);
    holdDevice("usb:0483/5740/31")[Symbol.dispose]();
  });

  it("believes no note that a holder would not write", () => {
    const held = holdDevice("a");
    const [note] = readdirSync(deviceFolder()).filter((name) => name.endsWith(".json"));
    for (const text of ["", "{", "null", "[]", '{"processId":"1"}', `"${"x".repeat(10_000)}"`]) {
      writeFileSync(join(deviceFolder(), note), text);
      const error = expectNasError("NAS_MACRO_DEVICE_HELD", () => holdDevice("a"));
      expect(error.message).to.equal("device a is held by another process");
    }
    held[Symbol.dispose]();
  });

  it("says so where the folder cannot be used", () => {
    writeFileSync(join(folder(), "file"), "");
    process.env.NAS4CIM_DEVICES = join(folder(), "file");
    const error = expectNasError("NAS_MACRO_DEVICE_HELD", () => holdDevice("a"));
    expect(error.message).to.contain("cannot be locked");
    expect(error.hint).to.contain("NAS4CIM_DEVICES");
    expect(existsSync(join(folder(), "file"))).to.equal(true);
  });
});
