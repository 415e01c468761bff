/** How right several writings of several chips were on the same images; fractions 0 … 1. */
export interface Population {
  chips: number;
  /** Writings of each chip. */
  writings: number;
  images: number;
  /** Mean over all writings of all chips. */
  mean: number;
  /** Standard error of that mean, for other chips, other writings and other images than these. */
  standardError: number;
  /** Standard deviation over the chips of their mean accuracies. */
  standardDeviation: number;
  /** Mean accuracy of the worst and of the best chip. */
  worst: number;
  best: number;
  variance: VarianceSplit;
}

/**
 * Variance of the accuracy of one writing of one chip on as many images, split by where it comes from; the parts add to it.
 * An unbiased estimate of a small part may come out below zero, and is given as it came.
 */
export interface VarianceSplit {
  /** Between chips. */
  chips: number;
  /** Between writings of a chip. */
  writings: number;
  /** From the choice of images, and from how chips and writings differ in which images they get wrong. */
  images: number;
}

/**
 * Describes a population by the analysis of variance of a balanced random-effects model, chips C, writings W within chips,
 * images I crossed with both: y = μ + C + W(C) + I + CI + WI(C). Each mean square is set equal to its expectation (method of
 * moments; S. R. Searle, G. Casella, C. E. McCulloch, Variance Components, 1992, chapter 4), which is unbiased whatever the
 * distribution: here y is 0 or 1.
 * @param correct [chip][writing] -> [images], 1 where the image was classified rightly, else 0
 */
export function describePopulation(correct: readonly (readonly Uint8Array[])[]): Population {
  const [chips, writings, images] = [correct.length, correct[0].length, correct[0][0].length];
  const byChip = correct.map((written) => mean(written.map(share)));
  const whole = mean(byChip);
  const parts = componentsOf(correct, byChip, whole);
  const images2 = parts.images + parts.chipImages + parts.rest;
  return {
    chips,
    writings,
    images,
    mean: whole,
    standardError: Math.sqrt(Math.max(0, varianceOfMean(parts, chips, writings, images))),
    standardDeviation: Math.sqrt(sumOfSquares(byChip, whole) / (chips - 1)),
    worst: Math.min(...byChip),
    best: Math.max(...byChip),
    variance: { chips: parts.chips, writings: parts.writings, images: images2 / images },
  };
}

/** Variances of the effects of the model, on single images. */
interface Components {
  chips: number;
  writings: number;
  images: number;
  chipImages: number;
  /** Writings with images. */
  rest: number;
}

function componentsOf(
  correct: readonly (readonly Uint8Array[])[],
  byChip: readonly number[],
  whole: number,
): Components {
  const [c, w, n] = [correct.length, correct[0].length, correct[0][0].length];
  // Sums of squares around the means of the model's cells; y² = y.
  let ofWritings = 0;
  let ofChipImages = 0;
  let ofAll = 0;
  const overAll = new Float64Array(n);
  correct.forEach((written, chip) => {
    const overWritings = new Float64Array(n);
    for (const flags of written) {
      ofWritings += n * (share(flags) - byChip[chip]) ** 2;
      for (let image = 0; image < n; image++) {
        overWritings[image] += flags[image] / w;
        ofAll += (flags[image] - whole) ** 2;
      }
    }
    for (let image = 0; image < n; image++) {
      overAll[image] += overWritings[image] / c;
      ofChipImages += w * (overWritings[image] - whole) ** 2;
    }
  });
  const ofChips = n * w * sumOfSquares(byChip, whole);
  const ofImages = c * w * sumOfSquares(overAll, whole);
  const meanSquare = {
    chips: ofChips / (c - 1),
    writings: ofWritings / (c * (w - 1)),
    images: ofImages / (n - 1),
    chipImages: (ofChipImages - ofChips - ofImages) / ((c - 1) * (n - 1)),
    rest: (ofAll - ofChipImages - ofWritings) / (c * (w - 1) * (n - 1)),
  };
  return {
    chips: (meanSquare.chips - meanSquare.writings - meanSquare.chipImages + meanSquare.rest) / (n * w),
    writings: (meanSquare.writings - meanSquare.rest) / n,
    images: (meanSquare.images - meanSquare.chipImages) / (c * w),
    chipImages: (meanSquare.chipImages - meanSquare.rest) / w,
    rest: meanSquare.rest,
  };
}

function varianceOfMean(parts: Components, c: number, w: number, n: number): number {
  const ofImages = parts.images + parts.chipImages / c + parts.rest / (c * w);
  return parts.chips / c + parts.writings / (c * w) + ofImages / n;
}

function share(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0) / flags.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sumOfSquares(values: ArrayLike<number>, around: number): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += (values[index] - around) ** 2;
  return sum;
}
