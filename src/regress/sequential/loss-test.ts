import { NasError } from "../../base/errors.js";
import { EProcess } from "./e-process.js";

/** What a test of a loss must tell apart, and how often it may be wrong. */
export interface LossPlan {
  /** Loss that is none, δ₀: the mean loss an image, as a fraction, up to which an alarm would be false. */
  tolerableLoss: number;
  /** Loss that matters, δ₁: from it on a pass would be a miss. */
  lossThatMatters: number;
  /** Largest probability of an alarm where the loss is at most δ₀. */
  falseAlarmRate: number;
  /** Largest probability of a pass where the loss is at least δ₁. */
  missRate: number;
  /**
   * What the verdict speaks of. "this-set": the mean over these very images, as the run on all of them would find it.
   * "expected-loss": the loss expected of further images, of which these are a sample.
   */
  claim: "this-set" | "expected-loss";
  /** Images that can be had. */
  images: number;
}

/** The rates of a single test where its author says nothing. */
export const usualRates = { falseAlarmRate: 1e-4, missRate: 0.05 } as const;

export type LossVerdict = "pass" | "fail" | "undecided";

/**
 * A sequential, paired test of the loss of a subject against its reference. One value an image: 1 where only the
 * reference is right, −1 where only the subject is, else 0. Images come in an order drawn at random beforehand. It ends
 * as soon as the evidence against "loss ≤ δ₀" reaches 1/falseAlarmRate (fail) or that against "loss ≥ δ₁" reaches
 * 1/missRate (pass). Neither the number of images nor the share of discordant ones need be guessed.
 *
 * Where the loss lies between δ₀ and δ₁ either verdict may come. With the claim "this-set" and all images used the mean is
 * known, and so is the verdict: fail from δ₁ on, pass up to δ₀, undecided between them. With the claim "expected-loss" a
 * test that runs out of images is undecided.
 */
export class LossTest {
  readonly plan: LossPlan;
  readonly #alarm: EProcess;
  readonly #pass: EProcess;
  #verdict: LossVerdict | undefined;
  #used = 0;
  #lossSum = 0;

  /** @throws NAS_REGRESS_PLAN where the plan cannot be met or makes no sense */
  constructor(plan: LossPlan) {
    checkPlan(plan);
    this.plan = plan;
    const population = plan.claim === "this-set" ? plan.images : Infinity;
    this.#alarm = new EProcess(plan.tolerableLoss, population);
    // The mirror image: −x has a mean of at most −δ₁ where the loss matters.
    this.#pass = new EProcess(-plan.lossThatMatters, population);
  }

  /** Undefined while more images are wanted. */
  get verdict(): LossVerdict | undefined {
    return this.#verdict;
  }

  get imagesUsed(): number {
    return this.#used;
  }

  /** Mean loss of the images used, −1 … 1; 0 before the first. */
  get meanLoss(): number {
    return this.#used === 0 ? 0 : this.#lossSum / this.#used;
  }

  /** Evidence against "loss ≤ δ₀" and against "loss ≥ δ₁"; each decides at the inverse of its rate. */
  get evidence(): { alarm: number; pass: number } {
    return { alarm: this.#alarm.evidence, pass: this.#pass.evidence };
  }

  /** Takes the next image's loss; gives the verdict once there is one, and changes it no more. */
  observe(loss: -1 | 0 | 1): LossVerdict | undefined {
    if (this.#verdict !== undefined) return this.#verdict;
    this.#used++;
    this.#lossSum += loss;
    this.#alarm.observe(loss);
    this.#pass.observe(-loss);
    this.#verdict = this.#used === this.plan.images ? this.#lastWord() : this.#word();
    return this.#verdict;
  }

  #word(): LossVerdict | undefined {
    if (this.#alarm.evidence >= 1 / this.plan.falseAlarmRate) return "fail";
    return this.#pass.evidence >= 1 / this.plan.missRate ? "pass" : undefined;
  }

  #lastWord(): LossVerdict {
    if (this.plan.claim === "expected-loss") return this.#word() ?? "undecided";
    const { images, tolerableLoss, lossThatMatters } = this.plan;
    // Whole numbers of images against rounded products.
    if (this.#lossSum >= images * lossThatMatters - 1e-6) return "fail";
    return this.#lossSum <= images * tolerableLoss + 1e-6 ? "pass" : "undecided";
  }
}

/**
 * Images without which an expected loss of δ₁ cannot be expected to raise an alarm: δ₁ of the images lose, and an
 * alarm wants so many losing ones even if no other came between. No test can do with fewer than log₂(1/α) of them, because
 * a value of 1 at most doubles the capital.
 */
export function leastImages({ tolerableLoss, lossThatMatters, falseAlarmRate }: LossPlan): number {
  const process = new EProcess(tolerableLoss, Infinity);
  let losing = 0;
  while (process.evidence < 1 / falseAlarmRate) {
    process.observe(1);
    losing++;
  }
  return Math.ceil(losing / lossThatMatters);
}

function checkPlan(plan: LossPlan): void {
  const { tolerableLoss, lossThatMatters, falseAlarmRate, missRate, claim, images } = plan;
  const refuse = (message: string, hint: string): never => {
    throw new NasError("NAS_REGRESS_PLAN", message, { hint, context: { ...plan } });
  };
  if (!(tolerableLoss >= 0 && tolerableLoss < lossThatMatters && lossThatMatters < 1)) {
    refuse(
      `a tolerable loss of ${tolerableLoss} and a loss that matters of ${lossThatMatters} leave nothing to tell apart`,
      "losses are fractions, 0 ≤ tolerable < matters < 1: 0.02 is two points of accuracy",
    );
  }
  for (const [name, rate] of Object.entries({ falseAlarmRate, missRate })) {
    if (!(rate > 0 && rate < 1)) refuse(`${name} is ${rate}`, "a rate is a fraction between 0 and 1, both excluded");
  }
  if (!(Number.isInteger(images) && images >= 1)) refuse(`a test of ${images} images`, "at least one image is needed");
  if (claim === "expected-loss" && images < leastImages(plan)) {
    refuse(
      `${images} images cannot show an expected loss of ${100 * lossThatMatters} points at a false alarm rate of ${falseAlarmRate}`,
      `take at least ${leastImages(plan)} images, or claim "this-set"`,
    );
  }
}
