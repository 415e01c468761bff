import { expect } from "chai";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../../../src/base/atomic-file.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("writeFileAtomic", () => {
  const folder = temporaryFolder();

  it("writes text and bytes, makes the folder and replaces what was there", () => {
    const path = join(folder(), "a/b/file.txt");
    writeFileAtomic(path, "größer");
    expect(readFileSync(path, "utf8")).to.equal("größer");
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 251);
    writeFileAtomic(path, bytes);
    expect(Buffer.compare(readFileSync(path), bytes)).to.equal(0);
    expect(readdirSync(join(folder(), "a/b"))).to.deep.equal(["file.txt"]);
  });

  it("leaves what is there where the new file cannot take its place", () => {
    const home = join(folder(), "taken");
    mkdirSync(join(home, "target"), { recursive: true });
    writeFileSync(join(home, "target/old"), "old");
    // A folder of that name cannot be replaced by a file.
    expect(() => writeFileAtomic(join(home, "target"), "new")).to.throw();
    expect(readFileSync(join(home, "target/old"), "utf8")).to.equal("old");
    expect(readdirSync(home), "nothing is left beside it").to.deep.equal(["target"]);
  });

  it("fails where the folder cannot be made", () => {
    const file = join(folder(), "file");
    writeFileSync(file, "");
    chmodSync(file, 0o600);
    expect(() => writeFileAtomic(join(file, "inner"), "x")).to.throw();
  });
});
