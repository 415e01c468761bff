import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { NasError } from "../../../src/base/errors.js";
import { tarEntries } from "../../../src/data/tar.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("tarEntries", () => {
  const folder = temporaryFolder();
  const contents: Record<string, string> = {
    "empty.txt": "",
    "one-block.txt": "x".repeat(512),
    "more.txt": "y".repeat(1300),
    "inner/file.json": "{}",
  };
  let archive: Uint8Array;

  before(() => {
    mkdirSync(join(folder(), "in", "inner"), { recursive: true });
    for (const [name, text] of Object.entries(contents)) writeFileSync(join(folder(), "in", name), text);
    symlinkSync("more.txt", join(folder(), "in", "link"));
    const path = join(folder(), "archive.tar");
    execFileSync("tar", ["--format=ustar", "-cf", path, "-C", folder(), "in"]);
    archive = readFileSync(path);
  });

  it("reads what the system's tar wrote, without folders and links", () => {
    const found = Object.fromEntries(
      [...tarEntries(archive, "archive.tar")].map(({ name, data }) => [name, Buffer.from(data).toString()]),
    );
    expect(found).to.deep.equal(
      Object.fromEntries(Object.entries(contents).map(([name, text]) => [`in/${name}`, text])),
    );
  });

  it("refuses a damaged header and a file cut short", () => {
    const damaged = Uint8Array.from(archive);
    damaged[0] ^= 1;
    expect(expectNasError("NAS_DATA_MALFORMED", () => [...tarEntries(damaged, "a.tar")]).message).to.include("byte 0");
    const entries = [...tarEntries(archive, "a.tar")];
    const lastData = entries.reduce((last, { data }) => Math.max(last, data.byteOffset + data.length), 0);
    const cut = archive.subarray(0, lastData - archive.byteOffset - 1);
    expectNasError("NAS_DATA_MALFORMED", () => [...tarEntries(cut, "cut.tar")]);
  });

  it("meets flipped bytes with entries within the archive or a NasError", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = Uint8Array.from(archive);
        for (const [position, value] of changes) bytes[position % bytes.length] = value;
        try {
          for (const { data } of tarEntries(bytes, "fuzzed")) expect(data.length).to.be.at.most(bytes.length);
        } catch (error) {
          if (!(error instanceof NasError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});
