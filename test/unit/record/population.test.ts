import { expect } from "chai";
import { randomStream } from "../../../src/base/random-stream.js";
import { describePopulation } from "../../../src/record/population.js";

const next = randomStream("population");
const uniform = () => next() / 2 ** 32;
/** Mean 0, standard deviation 1. */
const scattered = () => (uniform() - 0.5) * Math.sqrt(12);

/** Draws the model: whether image i is right on writing w of chip c, by the sum of all effects. */
function drawn(
  chips: number,
  writings: number,
  images: number,
  sigma: { chips: number; writings: number; images: number; chipImages: number },
): Uint8Array[][] {
  const image = Array.from({ length: images }, () => sigma.images * scattered());
  return Array.from({ length: chips }, () => {
    const chip = sigma.chips * scattered();
    const both = Array.from({ length: images }, () => sigma.chipImages * scattered());
    return Array.from({ length: writings }, () => {
      const writing = sigma.writings * scattered();
      return Uint8Array.from(image, (each, index) => Number(uniform() < 0.5 + chip + writing + each + both[index]));
    });
  });
}

describe("describePopulation", () => {
  it("is exact where only chips differ, and where only images do", () => {
    const images = 10;
    const ofShare = (right: number) => Uint8Array.from({ length: images }, (_, image) => Number(image < right));
    const onlyImages = describePopulation([1, 2, 3].map(() => [ofShare(6), ofShare(6)]));
    // The variance of a share of ten images: 0.6 × 0.4 / 9, over 10 images.
    expect(onlyImages.variance.chips).to.be.closeTo(0, 1e-12);
    expect(onlyImages.variance.writings).to.be.closeTo(0, 1e-12);
    expect(onlyImages.variance.images).to.be.closeTo((0.24 * 10) / 9 / 10, 1e-12);
    expect(onlyImages.standardError).to.be.closeTo(Math.sqrt((0.24 * 10) / 9 / 10), 1e-12);
    expect(onlyImages).to.include({ chips: 3, writings: 2, images: 10, mean: 0.6, standardDeviation: 0 });

    const all = (right: 0 | 1) => [new Uint8Array(images).fill(right), new Uint8Array(images).fill(right)];
    const onlyChips = describePopulation([all(1), all(1), all(0), all(1)]);
    expect(onlyChips.variance).to.deep.equal({ chips: 0.25, writings: 0, images: 0 });
    expect(onlyChips).to.include({ mean: 0.75, worst: 0, best: 1, standardDeviation: 0.5, standardError: 0.25 });
  });

  it("by hand: two chips, two writings, two images", () => {
    const { mean, variance } = describePopulation([
      [Uint8Array.of(1, 1), Uint8Array.of(1, 0)],
      [Uint8Array.of(1, 0), Uint8Array.of(0, 0)],
    ]);
    // Mean squares: chips 0.5, writings 0.25, images 0.5, chips with images 0, writings with images 0.25.
    expect(mean).to.equal(0.5);
    expect(variance.chips).to.be.closeTo((0.5 - 0.25 - 0 + 0.25) / 4, 1e-12);
    expect(variance.writings).to.be.closeTo(0, 1e-12);
    expect(variance.images).to.be.closeTo((0.5 / 4 - 0.25 / 2 + 0.25) / 2, 1e-12);
  });

  it("finds the parts that were drawn, without bias: mean of 300 populations within four standard errors", () => {
    const sigma = { chips: 0.08, writings: 0.05, images: 0.15, chipImages: 0.05 };
    const images = 60;
    const found = Array.from({ length: 300 }, () => describePopulation(drawn(5, 3, images, sigma)));
    // On single images: y is 0 or 1, so all effects together leave 1/4 in all.
    const single = 0.25 - sigma.chips ** 2 - sigma.writings ** 2;
    const wanted = { chips: sigma.chips ** 2, writings: sigma.writings ** 2, images: single / images };
    for (const part of ["chips", "writings", "images"] as const) {
      const values = found.map(({ variance }) => variance[part]);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
      expect(mean, part).to.be.closeTo(wanted[part], (4 * spread) / Math.sqrt(values.length));
    }
  });

  it("gives the standard error with which the mean scatters over populations", () => {
    const sigma = { chips: 0.08, writings: 0.05, images: 0.15, chipImages: 0.05 };
    const found = Array.from({ length: 400 }, () => describePopulation(drawn(5, 2, 50, sigma)));
    const squared = found.reduce((sum, { standardError }) => sum + standardError ** 2, 0) / found.length;
    const scatter = found.reduce((sum, { mean }) => sum + (mean - 0.5) ** 2, 0) / found.length;
    expect(Math.sqrt(scatter / squared)).to.be.closeTo(1, 0.15);
  });

  it("may find a part below zero, and says so", () => {
    const flags = (...values: number[]) => Uint8Array.from(values);
    const { variance } = describePopulation([
      [flags(1, 1, 1, 1), flags(0, 0, 0, 0)],
      [flags(1, 1, 1, 1), flags(0, 0, 0, 0)],
    ]);
    expect(variance.chips).to.be.lessThan(0);
  });
});
