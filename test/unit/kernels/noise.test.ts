import { expect } from "chai";
import fc from "fast-check";
import {
  conversionNoise,
  keyOfReading,
  noiseUnit,
  readSeeds,
  roundedProduct,
  shapeNoise,
} from "../../../src/kernels/noise.js";

/** Of 256^4 quadruples of bytes, how many have each sum 0 … 1020: the law of the noise before it is shaped. */
const quadruples = [1, 2, 3, 4].reduce<number[]>(
  (counts) =>
    Array.from({ length: counts.length + 255 }, (_, sum) =>
      counts.reduce((total, count, part) => (sum - part >= 0 && sum - part <= 255 ? total + count : total), 0),
    ),
  [1],
);
const share = (sum: number) => quadruples[sum] / 2 ** 32;
const deviates = quadruples.map((_, sum) => shapeNoise(sum));

/** Distribution function of the standard normal, by its power series; exact to double precision for |z| < 6. */
function normalBelow(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; n < 200; n++) {
    term *= (-z * z) / (2 * n);
    sum += term / (2 * n + 1);
  }
  return 0.5 + sum / Math.sqrt(2 * Math.PI);
}

describe("keyOfReading", () => {
  it("leaves the first reading the tile's own key, and gives every other one of its own", () => {
    expect(keyOfReading([5, 6], 0)).to.deep.equal([5, 6]);
    const keys = [0, 1, 2, 3, 2 ** 31, 2 ** 32 - 1].flatMap((repeat) =>
      [
        [5, 6],
        [6, 5],
      ].map(([low, high]) => keyOfReading([low, high], repeat).join()),
    );
    expect(new Set(keys).size).to.equal(keys.length);
  });
});

describe("shapeNoise", () => {
  const expectation = (of: (deviate: number) => number) =>
    deviates.reduce((sum, deviate, byteSum) => sum + share(byteSum) * of(deviate), 0);

  it("has, over all 2^32 hashes, mean 0, standard deviation 4096 and the normal's kurtosis", () => {
    expect(quadruples.length).to.equal(1021);
    expect(quadruples.reduce((sum, count) => sum + count)).to.equal(2 ** 32);
    const mean = expectation((deviate) => deviate);
    const variance = expectation((deviate) => (deviate - mean) ** 2);
    expect(Math.abs(mean)).to.be.lessThan(0.01);
    expect(Math.sqrt(variance) / noiseUnit).to.be.closeTo(1, 1e-5);
    expect(expectation((deviate) => (deviate - mean) ** 3) / variance ** 1.5).to.be.closeTo(0, 1e-4);
    expect(expectation((deviate) => (deviate - mean) ** 4) / variance ** 2).to.be.closeTo(3.003, 0.001);
  });

  it("follows the normal distribution within 0.0034 everywhere, and reaches 4.05 sigma", () => {
    let below = 0;
    let furthest = 0;
    deviates.forEach((deviate, byteSum) => {
      const normal = normalBelow(deviate / noiseUnit);
      furthest = Math.max(furthest, Math.abs(below - normal), Math.abs(below + share(byteSum) - normal));
      below += share(byteSum);
    });
    expect(furthest).to.be.lessThan(0.0034);
    expect(deviates[1020] / noiseUnit).to.be.closeTo(4.045, 0.001);
    expect(deviates[0] / noiseUnit).to.be.closeTo(-4.045, 0.001);
  });

  it("rises with the sum", () => {
    for (let sum = 1; sum < deviates.length; sum++) expect(deviates[sum]).to.be.greaterThan(deviates[sum - 1]);
  });
});

describe("conversionNoise", () => {
  const samples = 100_000;
  const draw = (key: [number, number], vector: number, plane: number, output: number) =>
    conversionNoise(readSeeds(key, vector, plane), output);
  const key: [number, number] = [0x12345678, 0x9abcdef0];

  it("draws from exactly this law: Kolmogorov–Smirnov over vectors, planes and outputs", () => {
    const counts = new Map<number, number>();
    for (let sample = 0; sample < samples; sample++) {
      const deviate = draw(key, Math.floor(sample / 512), (sample >> 6) & 7, sample & 63);
      counts.set(deviate, (counts.get(deviate) ?? 0) + 1);
    }
    let drawn = 0;
    let expected = 0;
    let furthest = 0;
    deviates.forEach((deviate, byteSum) => {
      drawn += (counts.get(deviate) ?? 0) / samples;
      expected += share(byteSum);
      furthest = Math.max(furthest, Math.abs(drawn - expected));
    });
    expect(drawn, "nothing but these values occurs").to.be.closeTo(1, 1e-9);
    // 0.1 % of true samples lie further away.
    expect(furthest * Math.sqrt(samples)).to.be.lessThan(1.95);
  });

  type Place = { tile: number; vector: number; plane: number; output: number };
  const neighbours: [title: string, of: (place: Place) => Place][] = [
    ["outputs", (place) => ({ ...place, output: place.output + 1 })],
    ["outputs eight apart, as SIMD takes them", (place) => ({ ...place, output: place.output + 8 })],
    ["planes", (place) => ({ ...place, plane: place.plane + 1 })],
    ["vectors", (place) => ({ ...place, vector: place.vector + 1 })],
    ["tiles whose keys differ in one bit", (place) => ({ ...place, tile: place.tile ^ 1 })],
    [
      "a vector and the next plane of another",
      (place) => ({ ...place, vector: place.vector + 1, plane: place.plane + 1 }),
    ],
  ];
  for (const [title, neighbour] of neighbours) {
    it(`is independent over neighbouring ${title}`, () => {
      const at = ({ tile, vector, plane, output }: Place) => draw([tile, 77], vector, plane, output) / noiseUnit;
      let product = 0;
      let ofSquares = 0;
      for (let sample = 0; sample < samples; sample++) {
        const place = { tile: 2 * (sample % 5), vector: sample >> 8, plane: (sample >> 5) % 7, output: sample & 31 };
        const [here, there] = [at(place), at(neighbour(place))];
        product += here * there;
        ofSquares += (here * here - 1) * (there * there - 1);
      }
      // Standard errors of a correlation of independent values: 1/√n, and 2/√n for these squares of normal values.
      expect(Math.abs(product / samples), "correlation").to.be.lessThan(4 / Math.sqrt(samples));
      expect(Math.abs(ofSquares / samples), "correlation of squares").to.be.lessThan(8 / Math.sqrt(samples));
    });
  }

  it("depends on all of its key, the vector, the plane and the output, and on nothing else", () => {
    const first = draw(key, 5, 3, 9);
    draw([1, 2], 3, 4, 5);
    expect(draw(key, 5, 3, 9)).to.equal(first);
    const alike = (other: (output: number) => number) =>
      Array.from({ length: 64 }, (_, output) => Number(other(output) === draw(key, 5, 3, output))).reduce(
        (a, b) => a + b,
      );
    // Two independent draws are equal once in about 500.
    expect(alike((output) => draw([key[0] ^ 1, key[1]], 5, 3, output))).to.be.lessThan(4);
    expect(alike((output) => draw([key[0], key[1] ^ 1], 5, 3, output))).to.be.lessThan(4);
    expect(alike((output) => draw(key, 6, 3, output))).to.be.lessThan(4);
    expect(alike((output) => draw(key, 5, 2, output))).to.be.lessThan(4);
    expect(alike((output) => draw(key, 5, 3, output + 1))).to.be.lessThan(4);
  });

  it("gives 2^28 vectors and 8 planes seeds of their own: no two of 100,000 neighbours are equal", () => {
    const seen = new Set<string>();
    for (let vector = 0; vector < 12_500; vector++)
      for (let plane = 0; plane < 8; plane++) seen.add(readSeeds(key, vector, plane).join());
    expect(seen.size).to.equal(100_000);
    expect(readSeeds(key, 2 ** 28 - 1, 7)).to.not.deep.equal(readSeeds(key, 2 ** 28 - 1, 6));
  });
});

describe("roundedProduct", () => {
  it("is a × b / 2^15, halves rounded up, here in arbitrary precision", () => {
    const sixteen = fc.integer({ min: -32768, max: 32767 });
    fc.assert(
      fc.property(sixteen, sixteen, (a, b) => {
        const doubled = (2n * BigInt(a) * BigInt(b) + 32768n) >> 16n;
        expect(BigInt(roundedProduct(a, b))).to.equal(doubled);
      }),
    );
    expect(roundedProduct(1, 16384)).to.equal(1);
    expect(roundedProduct(-1, 16384)).to.equal(0);
    expect(roundedProduct(-1, 16385)).to.equal(-1);
  });
});
