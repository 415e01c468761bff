import { expect } from "chai";
import fc from "fast-check";
import { splitTraining } from "../../../src/data/split-training.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { makeImages } from "../../support/labelled-images.js";

describe("splitTraining", () => {
  it("parts a set without loss or overlap, the last of each class held out, both in official order", () => {
    const labels = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 80 });
    fc.assert(
      fc.property(labels, fc.nat(), (labels, seed) => {
        const wanted = 1 + (seed % (labels.length - 1));
        const { fit, heldOut } = splitTraining(makeImages(labels, { height: 1, width: 2 }), wanted);
        const together = [...fit.officialIndex, ...heldOut.officialIndex].sort((a, b) => a - b);
        expect(together).to.deep.equal(labels.map((_, place) => place));
        for (const part of [fit, heldOut]) {
          expect(Array.from(part.officialIndex)).to.deep.equal(Array.from(part.officialIndex).sort((a, b) => a - b));
        }
        for (let label = 0; label < 10; label++) {
          const share = Math.floor(wanted / 10) + (label < wanted % 10 ? 1 : 0);
          const ofClass = labels.flatMap((found, place) => (found === label ? [place] : []));
          const held = Array.from(heldOut.officialIndex).filter((place) => labels[place] === label);
          expect(held).to.deep.equal(share === 0 ? [] : ofClass.slice(-share));
        }
      }),
    );
  });

  it("refuses to hold out nothing, everything or a part of an image", () => {
    for (const count of [0, -1, 3, 4, 1.5, NaN]) {
      expectNasError("NAS_DATA_SELECTION", () => splitTraining(makeImages([1, 2, 3]), count));
    }
  });
});
