import { expect } from "chai";
import fc from "fast-check";
import { fillBatch, trainingImages } from "../../../src/model/batches.js";
import { plainViews } from "../../../src/model/image-views.js";
import { makeImages } from "../../support/labelled-images.js";

const input = { height: 3, width: 4, channels: 2, bits: 8, step: 0.5 };
const images = trainingImages(makeImages([4, 2, 7], { height: 3, width: 4, channels: 2 }), { input, nodes: [] });
const imageSize = 3 * 4 * 2;

describe("fillBatch", () => {
  it("copies the chosen images as pixel × step", () => {
    const batch = new Float32Array(2 * imageSize);
    fillBatch(images, Uint32Array.of(2, 0), plainViews(3), batch);
    const expected = [...images.bytes.subarray(2 * imageSize), ...images.bytes.subarray(0, imageSize)];
    expect([...batch]).to.deep.equal(expected.map((byte) => byte * 0.5));
  });

  it("mirrors left to right, channel by channel, only the images that are marked", () => {
    const batch = new Float32Array(2 * imageSize);
    fillBatch(images, Uint32Array.of(1, 0), { ...plainViews(3), mirrored: Uint8Array.of(0, 1, 0) }, batch);
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

  it("shifts right and down after mirroring, with zeros coming in", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -5, max: 5 }),
        fc.integer({ min: -5, max: 5 }),
        fc.boolean(),
        (right, down, flip) => {
          const views = {
            mirrored: Uint8Array.of(0, flip ? 1 : 0, 0),
            shiftRight: Int8Array.of(0, right, 0),
            shiftDown: Int8Array.of(0, down, 0),
          };
          const [shifted, still] = [new Float32Array(imageSize), new Float32Array(imageSize)];
          fillBatch(images, Uint32Array.of(1), views, shifted);
          fillBatch(images, Uint32Array.of(1), { ...plainViews(3), mirrored: views.mirrored }, still);
          const pixel = (of: Float32Array, y: number, x: number) =>
            y < 0 || y >= 3 || x < 0 || x >= 4 ? [0, 0] : [...of.subarray((y * 4 + x) * 2, (y * 4 + x) * 2 + 2)];
          for (let y = 0; y < 3; y++)
            for (let x = 0; x < 4; x++) expect(pixel(shifted, y, x)).to.deep.equal(pixel(still, y - down, x - right));
        },
      ),
    );
  });

  it("keeps labels and the number of classes beside the pixels", () => {
    expect([...images.labels]).to.deep.equal([4, 2, 7]);
    expect(images.classes).to.equal(10);
  });
});
