import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { neededTools, sha256OfFile, wheel } from "../../../../src/engine/install/tensorflow-wheel.js";
import { temporaryFolder } from "../../../support/temporary-folder.js";

describe("tensorflow wheel", () => {
  const folder = temporaryFolder();

  it("is one file, pinned by version and hash", () => {
    expect(wheel.requirement).to.match(/==\d+\.\d+\.\d+$/);
    expect(wheel.sha256).to.match(/^[0-9a-f]{64}$/);
  });

  it("is hashed as a stream: the hash of 3 bytes is the published one of abc", async () => {
    const file = join(folder(), "abc");
    writeFileSync(file, "abc");
    // FIPS 180-2, appendix B.1.
    const published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(await sha256OfFile(file)).to.equal(published);
  });

  it("tells each program it needs, what for, and whether it is here", () => {
    const tools = neededTools();
    expect(tools.map(({ name }) => name)).to.deep.equal(["npm", "python3 with pip", "C++ compiler", "make"]);
    for (const { purpose, found } of tools) {
      expect(purpose).to.not.equal("");
      expect(found).to.be.a("boolean");
    }
  });
});
