import { expect } from "chai";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageVersion } from "../../../src/base/paths.js";
import { driverCode } from "../../../src/macro/driver-code.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("driverCode", () => {
  const folder = temporaryFolder();

  function write(path: string, text: string): void {
    mkdirSync(join(folder(), path, ".."), { recursive: true });
    writeFileSync(join(folder(), path), text);
  }

  it("is this package and its version for a shipped driver", () => {
    expect(driverCode("simulator", folder())).to.equal(`nas4cim ${packageVersion()}`);
  });

  it("is a package's name and version, from wherever in it the module lies", () => {
    const home = "node_modules/nas4cim-driver-arc";
    write(`${home}/package.json`, '{ "name": "nas4cim-driver-arc", "version": "3.1.4", "main": "dist/index.js" }');
    write(`${home}/dist/package.json`, '{ "type": "commonjs" }');
    write(`${home}/dist/index.js`, "");
    expect(driverCode("arc", folder())).to.equal("nas4cim-driver-arc 3.1.4");
  });

  it("is a hash of the files that a driver given by path is made of, wherever they lie", () => {
    const files = {
      "board.mjs": 'import { send } from "./link/usb.mjs";',
      "link/usb.mjs": 'export * from "../bits.mjs";',
    };
    const lay = (place: string, changed: Record<string, string> = {}) => {
      const all = { ...files, "bits.mjs": "1", "unrelated.mjs": "1", ...changed };
      for (const [path, text] of Object.entries(all)) write(`${place}/${path}`, text);
      return driverCode("./board.mjs", join(folder(), place));
    };
    const one = lay("one");
    expect(one).to.match(/^sha256 [0-9a-f]{64}$/);
    expect(lay("another")).to.equal(one);
    expect(lay("unrelated changed", { "unrelated.mjs": "2" })).to.equal(one);
    expect(lay("changed", { "bits.mjs": "2" })).to.not.equal(one);
  });

  it("refuses a driver that is not there", () => {
    expectNasError("NAS_MACRO_DRIVER_NOT_FOUND", () => driverCode("./none.mjs", folder()));
  });
});
