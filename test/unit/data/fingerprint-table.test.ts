import { expect } from "chai";
import {
  decodeFingerprintTable,
  encodeFingerprintTable,
  fashionMnistFingerprints,
  imageDigest,
} from "../../../src/data/fingerprint-table.js";
import { readFashionMnist } from "../../../src/data/fashion-mnist-files.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { imageAt, makeImages } from "../../support/labelled-images.js";

describe("a fingerprint table", () => {
  it("digests pixels with the first 8 bytes of SHA-256", () => {
    // FIPS 180-2, B.1: SHA-256("abc") = ba7816bf 8f01cfea …
    expect(imageDigest(Buffer.from("abc"))).to.equal("ba7816bf8f01cfea");
  });

  it("gives every image's places and label back, also where an image occurs twice", () => {
    const images = makeImages([4, 7, 1, 7]);
    images.pixels.set(imageAt(images, 1), 3 * 784);
    const table = decodeFingerprintTable(encodeFingerprintTable(images), 4, "made-up.bin");
    expect(Array.from(table.labels)).to.deep.equal([4, 7, 1, 7]);
    expect(table.places.get(imageDigest(imageAt(images, 1)))).to.deep.equal([1, 3]);
    expect(table.places.get(imageDigest(imageAt(images, 2)))).to.deep.equal([2]);
    expect(table.places.size).to.equal(3);
  });

  it("is refused with any other length", () => {
    expectNasError("NAS_DATA_MALFORMED", () => decodeFingerprintTable(new Uint8Array(35), 4, "short.bin"));
  });

  it("ships for both splits, all 70,000 images different, every class equally often", () => {
    const [train, test] = [fashionMnistFingerprints("train"), fashionMnistFingerprints("test")];
    expect(new Set([...train.places.keys(), ...test.places.keys()]).size).to.equal(70_000);
    for (let label = 0; label < 10; label++) {
      expect(train.labels.filter((found) => found === label)).to.have.length(6000);
      expect(test.labels.filter((found) => found === label)).to.have.length(1000);
    }
  });

  for (const split of ["train", "test"] as const) {
    itWithFashionMnist(`ships with the places and labels of the official ${split} split`, (folder) => {
      const official = readFashionMnist(folder, split, "config")!;
      const table = fashionMnistFingerprints(split);
      expect(Buffer.compare(table.labels, Uint8Array.from(official.labels))).to.equal(0);
      for (let place = 0; place < official.count; place++) {
        const pixels = official.pixels.subarray(place * 784, (place + 1) * 784);
        if (table.places.get(imageDigest(pixels))?.[0] !== place) expect.fail(`place ${place} differs`);
      }
    });
  }
});
