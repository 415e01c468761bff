import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { dataFileOf, hashOf, isFile, readDataFile } from "../../../src/data/data-file.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("a data file", () => {
  const folder = temporaryFolder();
  const text = Buffer.from("0123456789");

  function written(name: string, bytes: Uint8Array): string {
    const path = join(folder(), name);
    writeFileSync(path, bytes);
    return path;
  }

  it("is read plain or gzip, whatever its name, with its stored bytes kept", () => {
    const packed = gzipSync(text);
    for (const bytes of [text, packed]) {
      const file = readDataFile(written("file.bin", bytes), 100);
      expect(Buffer.from(file.content).toString()).to.equal("0123456789");
      expect(Buffer.compare(Buffer.from(file.stored), bytes)).to.equal(0);
      expect(Buffer.isBuffer(file.content), "a plain Uint8Array").to.equal(false);
    }
  });

  it("is refused where it is larger than its limit, on disk or unpacked", () => {
    expect(readDataFile(written("fits", text), 10).content).to.have.length(10);
    expectNasError("NAS_DATA_MALFORMED", () => readDataFile(written("large", text), 9));
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    expect(bomb.length).to.be.below(100_000);
    const error = expectNasError("NAS_DATA_MALFORMED", () => readDataFile(written("bomb.gz", bomb), 1_000_000));
    expect(error.message).to.include("bomb.gz");
  });

  it("is refused where its gzip is cut or damaged", () => {
    const packed = gzipSync(text);
    expectNasError("NAS_DATA_MALFORMED", () => dataFileOf(packed.subarray(0, packed.length - 9), "cut.gz", 100));
    const damaged = Uint8Array.from(packed);
    damaged[packed.length - 6] ^= 1;
    expectNasError("NAS_DATA_MALFORMED", () => dataFileOf(damaged, "damaged.gz", 100));
  });

  it("says which path cannot be read", () => {
    const missing = join(folder(), "missing");
    expect(expectNasError("NAS_DATA_NOT_FOUND", () => readDataFile(missing, 10)).message).to.include(missing);
    expectNasError("NAS_DATA_NOT_FOUND", () => readDataFile(folder(), 10_000));
    expect(isFile(missing)).to.equal(false);
    expect(isFile(folder())).to.equal(false);
    expect(isFile(written("there", text))).to.equal(true);
  });

  it("hashes as the standards' own examples do", () => {
    const abc = Buffer.from("abc");
    expect(hashOf("md5", abc)).to.equal("900150983cd24fb0d6963f7d28e17f72"); // RFC 1321, A.5
    expect(hashOf("sha1", abc)).to.equal("a9993e364706816aba3e25717850c26c9cd0d89d"); // RFC 3174, 7.3
  });
});
