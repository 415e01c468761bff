import { expect } from "chai";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { loadDriver, shippedDrivers } from "../../../src/macro/load-driver.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

/** A driver module whose driver says of itself that it is `id`. */
const driverOf = (id: string, contract: unknown = 2) =>
  `export default { id: ${JSON.stringify(id)}, contract: ${JSON.stringify(contract)}, open: async () => { throw new Error("closed"); } };`;

describe("loadDriver", () => {
  const folder = temporaryFolder();

  function write(path: string, content: string): void {
    mkdirSync(dirname(join(folder(), path)), { recursive: true });
    writeFileSync(join(folder(), path), content);
  }

  function writePackage(name: string, manifest: object, files: Record<string, string>): void {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", type: "module", ...manifest }));
    for (const [file, content] of Object.entries(files)) write(`node_modules/${name}/${file}`, content);
  }

  it("finds every shipped driver by its name, and knows all of them", async () => {
    const folders = readdirSync(join(packageRoot(), "drivers"), { withFileTypes: true });
    const withEntry = folders.filter((entry) => existsSync(join(packageRoot(), "drivers", entry.name, "index.ts")));
    expect(withEntry.map(({ name }) => name)).to.have.members([...shippedDrivers]);
    for (const name of shippedDrivers) expect((await loadDriver(name, folder())).id).to.equal(name);
  });

  it("takes a path relative to the config, or an absolute one", async () => {
    write("own/driver.js", driverOf("by path"));
    write("package.json", '{ "type": "module" }');
    expect((await loadDriver("./own/driver.js", folder())).id).to.equal("by path");
    expect((await loadDriver("../own/driver.js", join(folder(), "deeper"))).id).to.equal("by path");
    expect((await loadDriver(join(folder(), "own/driver.js"), "/")).id).to.equal("by path");
  });

  it("takes an npm package beside the config, by its name or with nas4cim-driver- before it", async () => {
    writePackage("plain-board", { exports: "./index.js" }, { "index.js": driverOf("plain") });
    writePackage(
      "nas4cim-driver-prefixed",
      { exports: { ".": { default: "./main.js" } } },
      { "main.js": driverOf("prefixed") },
    );
    writePackage("@lab/board", { main: "lib/entry.js" }, { "lib/entry.js": driverOf("scoped") });
    expect((await loadDriver("plain-board", folder())).id).to.equal("plain");
    expect((await loadDriver("prefixed", folder())).id).to.equal("prefixed");
    expect((await loadDriver("@lab/board", folder())).id).to.equal("scoped");
  });

  it("takes a driver of contract 1 as one of today", async () => {
    writePackage("older", { exports: "./index.js" }, { "index.js": driverOf("older", 1) });
    expect(await loadDriver("older", folder())).to.include({ id: "older", contract: 2 });
  });

  it("prefers a shipped driver to a package of the same name", async () => {
    writePackage("simulator", { exports: "./index.js" }, { "index.js": driverOf("impostor") });
    expect((await loadDriver("simulator", folder())).id).to.equal("simulator");
  });

  it("says what it tried where nothing has that name", async () => {
    const error = await expectNasRejection("NAS_MACRO_DRIVER_NOT_FOUND", loadDriver("nowhere", folder()));
    expect(error.message).to.contain("npm package nowhere, npm package nas4cim-driver-nowhere");
    expect(error.hint).to.contain(folder());
    const path = await expectNasRejection("NAS_MACRO_DRIVER_NOT_FOUND", loadDriver("./nowhere.js", folder()));
    expect(path.message).to.contain(join(folder(), "nowhere.js"));
  });

  it("takes a module of Node for no driver, and says so", async () => {
    for (const name of ["fs", "node:fs"]) {
      const error = await expectNasRejection("NAS_MACRO_DRIVER_NOT_FOUND", loadDriver(name, folder()));
      expect(error.hint).to.match(/^"(node:)?fs" is a module of Node itself, no driver; use a shipped driver/);
    }
    writePackage("nas4cim-driver-net", { exports: "./index.js" }, { "index.js": driverOf("net") });
    expect((await loadDriver("net", folder())).id).to.equal("net");
  });

  describe("tells a driver that is there but fails", () => {
    const broken: [title: string, files: Record<string, string>, message: RegExp][] = [
      ["while it loads", { "index.js": 'throw new Error("no libusb");' }, /failed to load: no libusb/],
      ["by its syntax", { "index.js": "export default {" }, /failed to load/],
      [
        "for want of what it imports",
        { "index.js": 'import "not-installed-anywhere";' },
        /failed to load: .*not-installed-anywhere/,
      ],
      [
        "to have a default export",
        { "index.js": "export const driver = 1;" },
        /no default export made by defineDriver/,
      ],
      [
        "to export a driver",
        { "index.js": "export default { contract: 2 };" },
        /no default export made by defineDriver/,
      ],
      ["to export anything", { "index.js": "export default null;" }, /no default export/],
      [
        "to speak this contract",
        { "index.js": driverOf("newer", 3) },
        /speaks macro contract 3, this nas4cim speaks 1 and 2/,
      ],
      ["to have the file that it names", {}, /is installed but has no entry/],
    ];
    for (const [index, [title, files, message]] of broken.entries()) {
      it(title, async () => {
        writePackage(`broken-${index}`, { main: "./index.js" }, files);
        const error = await expectNasRejection("NAS_MACRO_DRIVER_FAILED", loadDriver(`broken-${index}`, folder()));
        expect(error.message).to.match(message).and.contain(`broken-${index}`);
      });
    }

    it("to export an entry that can be found", async () => {
      writePackage("inward", { exports: { "./other": "./index.js" } }, { "index.js": driverOf("inward") });
      const error = await expectNasRejection("NAS_MACRO_DRIVER_FAILED", loadDriver("inward", folder()));
      expect(error.message).to.contain("npm package inward is installed but has no entry");
    });

    it("with the code that it threw itself", async () => {
      const thrown = `throw Object.assign(new Error("too old"), { name: "NasError", code: "NAS_MACRO_CONTRACT", hint: "update" });`;
      writePackage("own-error", { exports: "./index.js" }, { "index.js": thrown });
      let error: unknown;
      await loadDriver("own-error", folder()).catch((caught: unknown) => (error = caught));
      expect(error).to.include({ code: "NAS_MACRO_CONTRACT", message: "too old" });
    });
  });
});
