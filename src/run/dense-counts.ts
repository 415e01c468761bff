/** More codes between the rails than this would make a table larger than what it counts. */
export const mostDenseCodes = 1024;
/** A cell holds 32 bits. */
const mostPairs = 2 ** 32 - 1;

/**
 * Counts of code pairs between two rails in a table, one addition a pair: a run compares a thousand million of them.
 * Two tables take turns, because most neighbours are the same pair, and an addition to the cell just written waits for it.
 */
export class DenseCounts {
  readonly #low: number;
  readonly #high: number;
  readonly #span: number;
  readonly #even: Uint32Array;
  readonly #odd: Uint32Array;
  #pairs = 0;

  constructor(low: number, high: number) {
    this.#low = low;
    this.#high = high;
    this.#span = high - low + 1;
    this.#even = new Uint32Array(this.#span ** 2);
    this.#odd = new Uint32Array(this.#span ** 2);
  }

  /** Whether it has room for so many pairs more, between these rails. */
  takes(pairs: number, low: number, high: number): boolean {
    return low === this.#low && high === this.#high && this.#pairs + pairs <= mostPairs;
  }

  /** Counts pairs of equally many codes, all of them within the rails. */
  add(subject: Int32Array, reference: Int32Array): void {
    const [even, odd, span] = [this.#even, this.#odd, this.#span];
    // (reference − low) × span + subject − low, its constant part taken out of the loop.
    const base = -this.#low * (span + 1);
    const length = subject.length;
    const pairs = length - (length % 2);
    for (let index = 0; index < pairs; index += 2) {
      even[reference[index] * span + subject[index] + base]++;
      odd[reference[index + 1] * span + subject[index + 1] + base]++;
    }
    if (pairs < length) even[reference[pairs] * span + subject[pairs] + base]++;
    this.#pairs += length;
  }

  /** Every pair that occurred. */
  forEach(visit: (reference: number, subject: number, count: number, low: number, high: number) => void): void {
    for (let cell = 0; cell < this.#even.length; cell++) {
      const count = this.#even[cell] + this.#odd[cell];
      if (count === 0) continue;
      visit(Math.floor(cell / this.#span) + this.#low, (cell % this.#span) + this.#low, count, this.#low, this.#high);
    }
  }
}
