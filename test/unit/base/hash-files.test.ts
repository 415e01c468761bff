import { expect } from "chai";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../../../src/base/hash.js";
import { hashFile, hashFolder } from "../../../src/base/hash-files.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("hashing files", () => {
  const folder = temporaryFolder();

  /** A folder of files with a text each; gives its path. */
  function written(name: string, files: Record<string, string>): string {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(join(folder(), name, file, ".."), { recursive: true });
      writeFileSync(join(folder(), name, file), text);
    }
    return join(folder(), name);
  }

  it("hashes a file of several pieces", () => {
    const bytes = Buffer.alloc((1 << 20) * 2 + 17, "nas4cim");
    const path = join(folder(), "large");
    writeFileSync(path, bytes);
    expect(hashFile(path)).to.equal(sha256(bytes));
  });

  it("gives the same for the same files in another folder, hidden ones aside", () => {
    const files = { "chip.json": "1", "lines/a.csv": "2" };
    const one = hashFolder(written("one", files));
    expect(hashFolder(written("other", { ...files, ".DS_Store": "x", ".cache/y": "z" }))).to.equal(one);
    expect(hashFolder(written("changed", { ...files, "lines/a.csv": "3" }))).to.not.equal(one);
    expect(hashFolder(written("moved", { "chip.json": "1", "a.csv": "2" }))).to.not.equal(one);
    expect(hashFolder(written("more", { ...files, "notes.txt": "" }))).to.not.equal(one);
  });
});
