import { expect } from "chai";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../../../src/base/make-folder.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("makeFolder", () => {
  const folder = temporaryFolder();

  it("makes a folder and those above it, and leaves one that is there", () => {
    const path = join(folder(), "a", "b", "c");
    makeFolder(path);
    makeFolder(path);
    expect(statSync(path).isDirectory()).to.equal(true);
  });

  it("throws what the system says where a file stands in the way, and below /proc, where nothing can be made", () => {
    writeFileSync(join(folder(), "file"), "");
    expect(() => makeFolder(join(folder(), "file"))).to.throw(/EEXIST/);
    expect(() => makeFolder(join(folder(), "file", "below"))).to.throw(/EEXIST|ENOTDIR/);
    if (existsSync("/proc/self")) expect(() => makeFolder("/proc/x/y")).to.throw(/ENOENT/);
  });
});
