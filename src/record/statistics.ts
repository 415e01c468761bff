import type { Accuracy, Interval, PairedDifference } from "./run-document.js";

/** The 97.5 % point of the normal distribution, for 95 % intervals. */
const z = 1.959963984540054;

/**
 * Wilson's 95 % score interval of a share, fractions 0 … 1; [0, 1] where nothing was counted.
 * Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209.
 */
export function wilsonInterval(correct: number, n: number): Interval {
  if (n === 0) return [0, 1];
  const share = correct / n;
  const centre = share + (z * z) / (2 * n);
  const halfWidth = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  // At the ends rounding could leave the share itself a hair outside.
  return [correct === 0 ? 0 : (centre - halfWidth) / scale, correct === n ? 1 : (centre + halfWidth) / scale];
}

/** A share of `n` images with its Wilson interval; fraction 0 where n is 0. */
export function accuracyOf(correct: number, n: number): Accuracy {
  return { correct, fraction: n === 0 ? 0 : correct / n, interval95: wilsonInterval(correct, n) };
}

/**
 * Subject minus reference on the same images: difference, interval and McNemar's test.
 * @param subjectCorrect [images], 1 where the subject is right, else 0; `referenceCorrect` likewise, same images, same order.
 */
export function pairedDifference(subjectCorrect: Uint8Array, referenceCorrect: Uint8Array): PairedDifference {
  let subjectOnly = 0;
  let referenceOnly = 0;
  for (let image = 0; image < subjectCorrect.length; image++) {
    if (subjectCorrect[image] > referenceCorrect[image]) subjectOnly++;
    if (subjectCorrect[image] < referenceCorrect[image]) referenceOnly++;
  }
  const images = subjectCorrect.length;
  const { p, method } = mcnemar(subjectOnly, referenceOnly);
  return {
    fraction: images === 0 ? 0 : (subjectOnly - referenceOnly) / images,
    interval95: pairedInterval(subjectOnly, referenceOnly, images),
    subjectOnly,
    referenceOnly,
    mcnemarP: p,
    mcnemarMethod: method,
  };
}

/**
 * Tango's 95 % score interval of the difference of two paired shares, −1 … 1: the differences that a score test would not
 * reject. It needs no discordant image to be sensible: for none among n it is ± z²/(n + z²).
 * Source: T. Tango, Statistics in Medicine 17 (1998) 891.
 */
export function pairedInterval(subjectOnly: number, referenceOnly: number, images: number): Interval {
  if (images === 0) return [-1, 1];
  return [-upperLimit(referenceOnly, subjectOnly, images), upperLimit(subjectOnly, referenceOnly, images)];
}

/** The largest difference (b − c)/n that the score test does not reject, by bisection. */
function upperLimit(b: number, c: number, n: number): number {
  if (b === n) return 1;
  let accepted = (b - c) / n;
  let rejected = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (accepted + rejected) / 2;
    if (Math.abs(tangoScore(b, c, n, middle)) <= z) accepted = middle;
    else rejected = middle;
  }
  return accepted;
}

/** The score statistic for a true difference `delta`, with the probability of c estimated under that difference. */
function tangoScore(b: number, c: number, n: number, delta: number): number {
  const linear = -b - c + (2 * n - b + c) * delta;
  const constant = -c * delta * (1 - delta);
  const q = (Math.sqrt(linear * linear - 8 * n * constant) - linear) / (4 * n);
  const variance = n * (2 * q + delta * (1 - delta));
  return variance <= 0 ? 0 : (b - c - n * delta) / Math.sqrt(variance);
}

/**
 * Newcombe's 95 % interval of the difference b − a of two independent shares, by Wilson limits, −1 … 1.
 * Source: R. G. Newcombe, Statistics in Medicine 17 (1998) 873, method 10.
 */
export function independentDifference(a: Accuracy, b: Accuracy): { fraction: number; interval95: Interval } {
  const fraction = b.fraction - a.fraction;
  return {
    fraction,
    interval95: [
      fraction - Math.hypot(b.fraction - b.interval95[0], a.interval95[1] - a.fraction),
      fraction + Math.hypot(b.interval95[1] - b.fraction, a.fraction - a.interval95[0]),
    ],
  };
}

/** Discordant images from which McNemar's chi-square stands in for the exact test (Dietterich, Neural Comput. 10 (1998) 1895). */
const chiSquareFrom = 25;

/** McNemar's two-sided test that neither side is right more often; p = 1 where no image is discordant. */
export function mcnemar(
  subjectOnly: number,
  referenceOnly: number,
): { p: number; method: PairedDifference["mcnemarMethod"] } {
  const discordant = subjectOnly + referenceOnly;
  if (discordant < chiSquareFrom) {
    return { p: exactTwoSided(Math.min(subjectOnly, referenceOnly), discordant), method: "exact" };
  }
  // With continuity correction (Edwards 1948); for equal counts the corrected distance is 0, not −1.
  const distance = Math.max(0, Math.abs(subjectOnly - referenceOnly) - 1);
  // Chi-square with one degree of freedom: P(X > x) = erfc(sqrt(x / 2)).
  return { p: erfc(distance / Math.sqrt(2 * discordant)), method: "chi-square" };
}

/** 2 × P(at most `fewer` heads in `throws` throws of a fair coin), at most 1. */
function exactTwoSided(fewer: number, throws: number): number {
  let ways = 1;
  let sum = 1;
  for (let heads = 1; heads <= fewer; heads++) {
    ways = (ways * (throws - heads + 1)) / heads;
    sum += ways;
  }
  return Math.min(1, (2 * sum) / 2 ** throws);
}

/** The complementary error function for x ≥ 0, to about 1e-13 relative; tails stay accurate where 1 − erf would vanish. */
export function erfc(x: number): number {
  const scale = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < 2) {
    // erf(x) = 2x/√π · e^(−x²) · Σ (2x²)^k / (1·3·5···(2k+1)) (Abramowitz & Stegun 7.1.6).
    let term = 1;
    let sum = 1;
    for (let k = 1; term > 1e-17 * sum; k++) {
      term *= (2 * x * x) / (2 * k + 1);
      sum += term;
    }
    return 1 - 2 * x * scale * sum;
  }
  // e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 1½/(x + …)))) (Abramowitz & Stegun 7.1.14), from its far end.
  let fraction = x;
  for (let k = 120; k >= 1; k--) fraction = x + k / 2 / fraction;
  return scale / fraction;
}

/** counts[true class][predicted class] over all images; both arrays [images], values 0 … classes − 1. */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: number,
): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let image = 0; image < labels.length; image++) counts[labels[image]][predictions[image]]++;
  return counts;
}

/**
 * Cohen's kappa of two predictions for the same images: agreement beyond chance, −1 … 1.
 * Where both give one and the same class to every image, chance explains all and kappa is 0/0: 1 is given, for they do agree.
 * Source: J. Cohen, Educ. Psychol. Meas. 20 (1960) 37.
 */
export function cohenKappa(a: Uint8Array, b: Uint8Array, classes: number): number {
  const counts = confusionMatrix(a, b, classes);
  const images = a.length;
  let equal = 0;
  let chance = 0;
  for (let each = 0; each < classes; each++) {
    equal += counts[each][each];
    const ofA = counts[each].reduce((sum, count) => sum + count, 0);
    const ofB = counts.reduce((sum, row) => sum + row[each], 0);
    chance += ofA * ofB;
  }
  // Integers throughout, so that "all chance" is exactly so: kappa = (n·equal − chance) / (n² − chance).
  const possible = images * images - chance;
  return possible === 0 ? 1 : (images * equal - chance) / possible;
}

/** How often two predictions for the same images are equal: share with Wilson interval, and Cohen's kappa. */
export function agreementOf(
  subject: Uint8Array,
  reference: Uint8Array,
  classes: number,
): { share: number; interval95: Interval; cohenKappa: number } {
  let equal = 0;
  for (let image = 0; image < subject.length; image++) if (subject[image] === reference[image]) equal++;
  const { fraction, interval95 } = accuracyOf(equal, subject.length);
  return { share: fraction, interval95, cohenKappa: cohenKappa(subject, reference, classes) };
}
