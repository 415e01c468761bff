import type { CodeComparison } from "../record/run-document.js";
import { DenseCounts, mostDenseCodes } from "./dense-counts.js";

/** Errors beyond ±this are counted in the histogram's end bins. */
const histogramReach = 16;
/** Pairs of codes that a scatter keeps. */
const scatterPairs = 4000;

/** A tally in plain JSON, so that rounds can be saved apart and added. */
export interface TallyJson {
  /** reference code, subject code, count, flat; sorted by the codes. */
  pairs: number[];
  saturatedSubject: number;
  saturatedReference: number;
}

/**
 * Counts how often each pair (reference code, subject code) occurs. Everything else follows from these counts, so the
 * figures do not depend on the order in which codes came.
 */
export class CodeTally {
  /** (reference + 2^15) × 2^16 + subject + 2^15 -> count */
  readonly #counts = new Map<number, number>();
  /** Counts not yet in the map, of one pair of rails. */
  #dense?: DenseCounts;
  #saturatedSubject = 0;
  #saturatedReference = 0;

  add(subject: Int32Array, reference: Int32Array, low: number, high: number): void {
    if (high - low + 1 > mostDenseCodes) {
      for (let index = 0; index < subject.length; index++) this.#count(reference[index], subject[index], 1, low, high);
      return;
    }
    if (this.#dense === undefined || !this.#dense.takes(subject.length, low, high)) {
      this.#fold();
      this.#dense = new DenseCounts(low, high);
    }
    this.#dense.add(subject, reference);
  }

  /** Adds another tally to this one. */
  merge(other: TallyJson): void {
    for (let at = 0; at < other.pairs.length; at += 3)
      this.#add(other.pairs[at], other.pairs[at + 1], other.pairs[at + 2]);
    this.#saturatedSubject += other.saturatedSubject;
    this.#saturatedReference += other.saturatedReference;
  }

  toJson(): TallyJson {
    const pairs = this.#sorted().flat();
    return {
      pairs,
      saturatedSubject: this.#saturatedSubject,
      saturatedReference: this.#saturatedReference,
    };
  }

  summary(): Omit<CodeComparison, "images"> {
    const pairs = this.#sorted();
    let codes = 0;
    let equal = 0;
    let errorSum = 0;
    let squareSum = 0;
    let referenceSquareSum = 0;
    let maxAbsErrorLsb = 0;
    const counts = new Array<number>(2 * histogramReach + 1).fill(0);
    for (const [reference, subject, count] of pairs) {
      const error = subject - reference;
      codes += count;
      if (error === 0) equal += count;
      errorSum += count * error;
      squareSum += count * error * error;
      referenceSquareSum += count * reference * reference;
      maxAbsErrorLsb = Math.max(maxAbsErrorLsb, Math.abs(error));
      counts[Math.max(-histogramReach, Math.min(histogramReach, error)) + histogramReach] += count;
    }
    const kept = [...pairs].sort((a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1]).slice(0, scatterPairs);
    return {
      codes,
      rmseLsb: codes === 0 ? 0 : Math.sqrt(squareSum / codes),
      meanErrorLsb: codes === 0 ? 0 : errorSum / codes,
      maxAbsErrorLsb,
      // Where all reference codes are 0, any error is infinitely large beside them; 0/0 counts as no error.
      nmse: referenceSquareSum > 0 ? squareSum / referenceSquareSum : squareSum > 0 ? Number.MAX_VALUE : 0,
      equalShare: codes === 0 ? 1 : equal / codes,
      clippedShare: {
        subject: codes === 0 ? 0 : this.#saturatedSubject / codes,
        reference: codes === 0 ? 0 : this.#saturatedReference / codes,
      },
      errorHistogram: { firstError: -histogramReach, counts },
      scatter: {
        reference: kept.map(([code]) => code),
        subject: kept.map(([, code]) => code),
        count: kept.map(([, , count]) => count),
      },
    };
  }

  #count(reference: number, subject: number, count: number, low: number, high: number): void {
    this.#add(reference, subject, count);
    const isRail = (code: number) => code === high || (code === low && low < 0);
    if (isRail(subject)) this.#saturatedSubject += count;
    if (isRail(reference)) this.#saturatedReference += count;
  }

  #add(reference: number, subject: number, count: number): void {
    const key = (reference + 32768) * 65536 + subject + 32768;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
  }

  #fold(): void {
    this.#dense?.forEach((reference, subject, count, low, high) => this.#count(reference, subject, count, low, high));
    this.#dense = undefined;
  }

  #sorted(): [reference: number, subject: number, count: number][] {
    this.#fold();
    return [...this.#counts]
      .sort(([a], [b]) => a - b)
      .map(([key, count]) => [Math.floor(key / 65536) - 32768, (key % 65536) - 32768, count]);
  }
}
