import { expect } from "chai";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { labelledImagesFromIdx, readFashionMnist } from "../../../src/data/fashion-mnist-files.js";
import type { DataSource } from "../../../src/data/labelled-images.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const source: DataSource = { kind: "config", location: "made up", officialCount: 10_000 };
const imagesIdx = (...dimensions: number[]) => ({
  array: { dimensions, data: new Uint8Array(dimensions.reduce((product, size) => product * size, 1)) },
  file: "images.idx",
});
const labelsIdx = (...labels: number[]) => ({
  array: { dimensions: [labels.length], data: Uint8Array.from(labels) },
  file: "labels.idx",
});

describe("labelledImagesFromIdx", () => {
  it("takes images and labels in order", () => {
    const set = labelledImagesFromIdx(imagesIdx(3, 28, 28), labelsIdx(9, 0, 4), "test", source);
    expect(set).to.include({ count: 3, height: 28, width: 28, channels: 1, dataset: "fashion-mnist", split: "test" });
    expect(Array.from(set.labels)).to.deep.equal([9, 0, 4]);
    expect(Array.from(set.officialIndex)).to.deep.equal([0, 1, 2]);
    expect(set.classNames[9]).to.equal("Ankle boot");
  });

  it("refuses other shapes, other counts and labels above 9, and names the file", () => {
    const refusal = (images: ReturnType<typeof imagesIdx>, labels: ReturnType<typeof labelsIdx>) =>
      expectNasError("NAS_DATA_MALFORMED", () => labelledImagesFromIdx(images, labels, "test", source)).message;
    expect(refusal(imagesIdx(2, 27, 28), labelsIdx(1, 2)))
      .to.include("images.idx")
      .and.include("2 × 27 × 28");
    expect(refusal(imagesIdx(1568), labelsIdx(1, 2))).to.include("images.idx");
    expect(refusal(imagesIdx(2, 28, 28), imagesIdx(2, 28, 28))).to.include("not one row of labels");
    expect(refusal(imagesIdx(2, 28, 28), labelsIdx(1, 2, 3))).to.include("3 labels for the 2 images");
    expect(refusal(imagesIdx(2, 28, 28), labelsIdx(1, 10))).to.include("label 1 is 10");
  });
});

describe("readFashionMnist", () => {
  const folder = temporaryFolder();
  let folders = 0;

  function folderWith(files: Record<string, Uint8Array>): string {
    const path = join(folder(), `${folders++}`);
    mkdirSync(path);
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(path, name), bytes);
    return path;
  }

  it("finds nothing in an empty folder, and says what is missing from half a pair", () => {
    expect(readFashionMnist(folderWith({}), "test", "config")).to.equal(undefined);
    const half = folderWith({ "t10k-labels-idx1-ubyte": Uint8Array.of(0) });
    const error = expectNasError("NAS_DATA_NOT_FOUND", () => readFashionMnist(half, "test", "config"));
    expect(error.message).to.include("t10k-images-idx3-ubyte.gz is missing");
    expect(readFashionMnist(half, "train", "config")).to.equal(undefined);
  });

  it("refuses well-formed files that are not the official ones, naming both MD5s", () => {
    const two = folderWith({
      "t10k-images-idx3-ubyte": Uint8Array.from([
        0,
        0,
        8,
        3,
        0,
        0,
        0,
        2,
        0,
        0,
        0,
        28,
        0,
        0,
        0,
        28,
        ...new Uint8Array(1568),
      ]),
      "t10k-labels-idx1-ubyte": Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 3, 4),
    });
    const error = expectNasError("NAS_DATA_HASH", () => readFashionMnist(two, "test", "config"));
    expect(error.message)
      .to.include("bef4ecab320f06d8554ea6380940ec79")
      .and.match(/its MD5 is [0-9a-f]{32}/);
  });

  describe("with the official files", () => {
    const names = ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"] as const;

    itWithFashionMnist("reads the test split bit for bit", (official) => {
      const set = readFashionMnist(official, "test", "environment")!;
      expect(set.count).to.equal(10_000);
      // The well-known beginning of the test labels, and what the shell says of the unpacked files:
      // (zcat t10k-images… | tail -c +17; zcat t10k-labels… | tail -c +9) | sha256sum
      expect(Array.from(set.labels.subarray(0, 10))).to.deep.equal([9, 2, 1, 1, 6, 1, 4, 6, 5, 7]);
      expect(set.fingerprint).to.equal("9f1ec356a747bfe4ebab3cfb722d3694c9ca737e2570f6f90cf31d7b6fd689d4");
      for (let label = 0; label < 10; label++)
        expect(set.labels.filter((found) => found === label)).to.have.length(1000);
      expect(set.source).to.deep.equal({ kind: "environment", location: official, officialCount: 10_000 });
    });

    itWithFashionMnist("reads the training split", (official) => {
      const set = readFashionMnist(official, "train", "config")!;
      expect(set.count).to.equal(60_000);
      expect(Array.from(set.labels.subarray(0, 5))).to.deep.equal([9, 0, 0, 3, 0]);
      for (let label = 0; label < 10; label++)
        expect(set.labels.filter((found) => found === label)).to.have.length(6000);
    });

    itWithFashionMnist("takes copies that were unpacked or packed anew", (official) => {
      const [images, labels] = names.map((name) => gunzipSync(readFileSync(join(official, name))));
      const copy = folderWith({ "t10k-images-idx3-ubyte": images, [names[1]]: gzipSync(labels, { level: 1 }) });
      expect(readFashionMnist(copy, "test", "config")!.count).to.equal(10_000);
    });

    itWithFashionMnist("refuses a copy with one pixel changed, and one cut short as cut short", (official) => {
      const [images, labels] = names.map((name) => gunzipSync(readFileSync(join(official, name))));
      images[5_000_000] ^= 1;
      const changed = folderWith({ "t10k-images-idx3-ubyte": images, "t10k-labels-idx1-ubyte": labels });
      const error = expectNasError("NAS_DATA_HASH", () => readFashionMnist(changed, "test", "config"));
      expect(error.message).to.include("8181f5470baa50b63fa0f6fddb340f0a");
      const cut = folderWith({
        "t10k-images-idx3-ubyte": images.subarray(0, 4_000_000),
        "t10k-labels-idx1-ubyte": labels,
      });
      expect(expectNasError("NAS_DATA_MALFORMED", () => readFashionMnist(cut, "test", "config")).message).to.include(
        "cut short",
      );
    });
  });
});
