import { expect } from "chai";
import { epochOrder, fillBatch, type Flip, trainingImages } from "../../../src/train/batches.js";
import { makeImages } from "../../support/labelled-images.js";

const input = { height: 3, width: 4, channels: 2, bits: 8, step: 0.5 };
const images = trainingImages(makeImages([4, 2, 7], { height: 3, width: 4, channels: 2 }), { input, nodes: [] });
const imageSize = 3 * 4 * 2;

describe("epochOrder", () => {
  it("depends on the seed and the epoch alone", () => {
    expect(epochOrder(50, 1, 3, "random")).to.deep.equal(epochOrder(50, 1, 3, "random"));
    expect(epochOrder(50, 1, 3, "random").order).to.not.deep.equal(epochOrder(50, 1, 4, "random").order);
    expect(epochOrder(50, 1, 3, "random").order).to.not.deep.equal(epochOrder(50, 2, 3, "random").order);
  });

  it("turns every image over from one epoch to the next with alternating flips", () => {
    const mirrored = (epoch: number, flip: Flip) => [...epochOrder(200, 9, epoch, flip).mirrored];
    expect(mirrored(1, "alternating")).to.deep.equal(mirrored(0, "alternating").map((flag) => 1 - flag));
    expect(mirrored(2, "alternating")).to.deep.equal(mirrored(0, "alternating"));
    expect(mirrored(0, "none")).to.not.include(1);
    const shareOfFlips = mirrored(0, "random").reduce((sum, flag) => sum + flag, 0) / 200;
    // Five standard errors of a fair coin.
    expect(Math.abs(shareOfFlips - 0.5)).to.be.lessThan(0.177);
  });
});

describe("fillBatch", () => {
  it("copies the chosen images as pixel × step", () => {
    const batch = new Float32Array(2 * imageSize);
    fillBatch(images, Uint32Array.of(2, 0), Uint8Array.of(0, 0, 0), batch);
    const expected = [...images.bytes.subarray(2 * imageSize), ...images.bytes.subarray(0, imageSize)];
    expect([...batch]).to.deep.equal(expected.map((byte) => byte * 0.5));
  });

  it("mirrors left to right, channel by channel, only the images that are marked", () => {
    const batch = new Float32Array(2 * imageSize);
    fillBatch(images, Uint32Array.of(1, 0), Uint8Array.of(0, 1, 0), batch);
    for (let y = 0; y < 3; y++) {
      for (let x = 0; x < 4; x++) {
        for (let channel = 0; channel < 2; channel++) {
          const at = (column: number) => (y * 4 + column) * 2 + channel;
          expect(batch[at(x)]).to.equal(images.bytes[imageSize + at(3 - x)] * 0.5);
          expect(batch[imageSize + at(x)]).to.equal(images.bytes[at(x)] * 0.5);
        }
      }
    }
  });

  it("keeps labels and the number of classes beside the pixels", () => {
    expect([...images.labels]).to.deep.equal([4, 2, 7]);
    expect(images.classes).to.equal(10);
  });
});
