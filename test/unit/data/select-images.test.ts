import { expect } from "chai";
import fc from "fast-check";
import { readFashionMnist } from "../../../src/data/fashion-mnist-files.js";
import { fingerprintOf } from "../../../src/data/fingerprint.js";
import { type ImageSelection, selectImages } from "../../../src/data/select-images.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { imageAt, makeImages } from "../../support/labelled-images.js";

const labelLists = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 80 });
const perClass = (labels: Iterable<number>) => {
  const counts = new Array<number>(10).fill(0);
  for (const label of labels) counts[label]++;
  return counts;
};

describe("selectImages", () => {
  it("takes the first of each class, as many as its share or as it has, in official order", () => {
    fc.assert(
      fc.property(labelLists, fc.integer({ min: 1, max: 100 }), (labels, wanted) => {
        const images = makeImages(labels, { height: 2, width: 3 });
        const selected = selectImages(images, wanted);
        if (wanted >= labels.length) {
          expect(selected).to.equal(images);
          return;
        }
        const places = Array.from(selected.officialIndex);
        expect(places).to.deep.equal([...places].sort((a, b) => a - b));
        for (let label = 0; label < 10; label++) {
          const share = Math.floor(wanted / 10) + (label < wanted % 10 ? 1 : 0);
          const ofClass = labels.flatMap((found, place) => (found === label ? [place] : []));
          expect(places.filter((place) => labels[place] === label)).to.deep.equal(ofClass.slice(0, share));
        }
        places.forEach((place, slot) => {
          expect(selected.labels[slot]).to.equal(labels[place]);
          expect(imageAt(selected, slot)).to.deep.equal(imageAt(images, place));
        });
        expect(selected.count).to.equal(places.length).and.to.be.at.most(wanted);
        expect(selected.fingerprint).to.equal(fingerprintOf(selected.pixels, selected.labels));
      }),
    );
  });

  it("keeps the official places of a set that has gaps", () => {
    const images = makeImages([0, 0, 1, 1]);
    images.officialIndex.set([3, 17, 40, 9_000]);
    expect(Array.from(selectImages(images, 2).officialIndex)).to.deep.equal([3, 40]);
  });

  it("refuses what selects nothing", () => {
    for (const which of [0, -1, 1.5, NaN, Infinity, "most", "toString"]) {
      const error = expectNasError("NAS_DATA_SELECTION", () => selectImages(makeImages([1]), which as ImageSelection));
      expect(error.hint).to.include("smoke, ci, report, full");
    }
  });

  itWithFashionMnist("gives 100, 500, 2,000 and 10,000 official test images, each class equally often", (folder) => {
    const test = readFashionMnist(folder, "test", "config")!;
    for (const [which, count] of Object.entries({ smoke: 100, ci: 500, report: 2000, full: 10_000 })) {
      const selected = selectImages(test, which as ImageSelection);
      expect(selected.count).to.equal(count);
      expect(perClass(selected.labels)).to.deep.equal(new Array(10).fill(count / 10));
    }
  });
});
