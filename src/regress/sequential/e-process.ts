/**
 * Evidence against a bound on a mean, gathered one value at a time: a betting e-process.
 *
 * Values x are in [−1, 1]. The null hypothesis says that their mean is at most `bound`: the mean of a finite set of
 * `population` values drawn without replacement, or with `population: Infinity` of a distribution. Before each value
 * a share of the capital is staked on "larger than the null allows":
 *
 *     K_j = K_{j−1} · (1 + λ_j (x_j − m_j)),    m_j = (N·bound − S_{j−1}) / (N − j + 1),    λ_j = f / (1 + m_j)
 *
 * where S is the sum so far, and m_j = bound where the population is infinite. Under the null m_j is at least the mean of
 * what is left, so K is a supermartingale that starts at 1; the evidence is its mean over a fixed grid of stakes f.
 * By Ville's inequality it reaches 1/α with a probability of at most α, whenever one looks.
 *
 * Sources: I. Waudby-Smith and A. Ramdas, NeurIPS 2020 (arXiv 2006.04347); P. B. Stark, Ann. Appl. Stat. 17 (2023) 641,
 * "ALPHA" (arXiv 2201.02707).
 */
export class EProcess {
  readonly #bound: number;
  readonly #population: number;
  readonly #capital = new Float64Array(stakes.length).fill(1);
  #seen = 0;
  #sum = 0;
  #evidence = 1;

  /** @param bound in (−1, 1); @param population number of values in the set, or Infinity */
  constructor(bound: number, population: number) {
    this.#bound = bound;
    this.#population = population;
  }

  /** How many times the null's fair game has multiplied the capital; Infinity where the values seen refute it for certain. */
  get evidence(): number {
    return this.#evidence;
  }

  /** Takes the next value, −1 … 1. */
  observe(value: number): void {
    const left = this.#population - this.#seen;
    const mean = left === Infinity ? this.#bound : (this.#population * this.#bound - this.#sum) / left;
    this.#seen++;
    this.#sum += value;
    // A mean of 1 and more is no limit for what is left: there is nothing to bet on.
    if (mean < 1) this.#settle(value - mean, 1 + mean);
    // Not even −1 for all that is left would bring the mean down to the bound.
    if (left !== Infinity && this.#sum - (left - 1) > this.#population * this.#bound + rounding)
      this.#evidence = Infinity;
  }

  #settle(gain: number, room: number): void {
    // No room: the null wants −1 of all that is left; another value refutes it, and no stake is needed.
    if (room <= 0 || this.#evidence === Infinity) return;
    let sum = 0;
    for (let index = 0; index < stakes.length; index++) {
      this.#capital[index] *= 1 + (stakes[index] / room) * gain;
      sum += this.#capital[index];
    }
    this.#evidence = sum / stakes.length;
  }
}

/** N·bound is rounded; sums of images are whole numbers, which are further apart. */
const rounding = 1e-6;

/**
 * Shares of the largest stake that cannot ruin, λ = 1/(1 + m). The best one is about (true mean − bound) over the
 * variance of a value, which is the share of discordant images; the grid serves shares from 1 % to all of them.
 */
export const stakes: readonly number[] = [0.04, 0.08, 0.14, 0.22, 0.32, 0.44, 0.58, 0.74, 0.92];
