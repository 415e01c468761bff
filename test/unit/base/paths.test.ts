import { expect } from "chai";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { cacheFolder, packageRoot, packageVersion } from "../../../src/base/paths.js";

describe("packageRoot", () => {
  it("is the folder of this package's package.json", () => {
    const { name, version } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as {
      name: string;
      version: string;
    };
    expect(name).to.equal("nas4cim");
    expect(packageVersion()).to.equal(version);
  });
});

describe("cacheFolder", () => {
  const names = ["NAS4CIM_CACHE", "XDG_CACHE_HOME"] as const;
  const before = names.map((name) => process.env[name]);

  function set(values: readonly (string | undefined)[]): void {
    names.forEach((name, index) => {
      const value = values[index];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    });
  }

  afterEach(() => set(before));

  it("is NAS4CIM_CACHE, else below XDG_CACHE_HOME, else below the home folder", () => {
    set(["/own", "/xdg"]);
    expect(cacheFolder()).to.equal("/own");
    set([undefined, "/xdg"]);
    expect(cacheFolder()).to.equal(join("/xdg", "nas4cim"));
    set(["", ""]);
    expect(cacheFolder()).to.equal(join(homedir(), ".cache", "nas4cim"));
  });
});
