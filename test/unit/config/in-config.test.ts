import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { NasError } from "../../../src/base/errors.js";
import { loadBenchConfig } from "../../../src/config/bench-config.js";
import { inConfig } from "../../../src/config/in-config.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("inConfig", () => {
  const folder = temporaryFolder();

  function loaded() {
    const path = join(folder(), "bench.config.json");
    const macros = { chip: { driver: "simulator", options: { port: 3 } } };
    const defaults = { subject: "chip", reference: "chip", network: "n" };
    writeFileSync(path, JSON.stringify({ macros, defaults }, undefined, 2));
    return loadBenchConfig(path);
  }

  it("gives an error that names a key of the config the file, line and column of that key", async () => {
    const config = loaded();
    const cause = new TypeError("below");
    const context = { configKey: ["macros", "chip", "options", "port"], driver: "x" };
    const job = () =>
      Promise.reject(new NasError("NAS_MACRO_DRIVER_OPTIONS", "port is 3", { hint: "give a text", context, cause }));
    const error = await expectNasRejection("NAS_MACRO_DRIVER_OPTIONS", inConfig(config, job));
    expect(error.message).to.equal(`${config.path}:6:17: port is 3`);
    const place = { file: config.path, line: 6, column: 17, key: "macros.chip.options.port" };
    expect(error.context).to.deep.equal({ ...place, driver: "x" });
    expect(error).to.include({ hint: "give a text", cause });
  });

  it("leaves results and all other errors as they are", async () => {
    expect(await inConfig(loaded(), () => Promise.resolve(3))).to.equal(3);
    const other = new NasError("NAS_DATA_HASH", "x", { hint: "y" });
    let thrown: unknown;
    await inConfig(loaded(), () => Promise.reject(other)).catch((error: unknown) => (thrown = error));
    expect(thrown).to.equal(other);
  });

  it("names the file alone where the config was made in memory", async () => {
    const { placeOf: _, ...config } = loaded();
    const job = () =>
      Promise.reject(new NasError("NAS_CONFIG_INVALID", "no", { hint: "y", context: { configKey: ["limits"] } }));
    const error = await expectNasRejection("NAS_CONFIG_INVALID", inConfig(config, job));
    expect(error.message).to.equal(`${config.path}: no`);
  });
});
