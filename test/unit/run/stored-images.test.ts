import { expect } from "chai";
import { pickImages } from "../../../src/data/pick-images.js";
import { commonImages, describeImages, loadImages, saveImages } from "../../../src/run/stored-images.js";
import { makeImages } from "../../support/labelled-images.js";
import { freshSteps } from "../../support/step-store.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("the images that a run keeps word of", () => {
  const folder = temporaryFolder();
  const images = makeImages([3, 1, 4, 1, 5, 9, 2, 6]);

  it("are told from the store as they were", () => {
    using fresh = freshSteps(folder());
    expect(loadImages(fresh.steps)).to.equal(undefined);
    saveImages(images, fresh.steps);
    saveImages(makeImages([0]), fresh.steps);
    const { labels, keys } = describeImages(images);
    const loaded = loadImages(fresh.steps)!;
    expect([...loaded.labels]).to.deep.equal([...labels]);
    expect(loaded.keys).to.deep.equal(keys);
    expect(new Set(keys).size).to.equal(8);
  });

  it("are found in another run's, wherever they stand there", () => {
    const part = describeImages(pickImages(images, [6, 0, 3]));
    expect(commonImages(describeImages(images), part)).to.deep.equal({ a: [0, 3, 6], b: [1, 2, 0] });
    expect(commonImages(part, describeImages(images))).to.deep.equal({ a: [0, 1, 2], b: [6, 0, 3] });
  });

  it("are others with other pixels at the same place", () => {
    const pixels = images.pixels.slice();
    pixels[0] ^= 1;
    const copy = describeImages({ ...images, pixels });
    expect(commonImages(describeImages(images), copy).a).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
  });
});
