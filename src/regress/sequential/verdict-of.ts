import { stakes } from "./e-process.js";
import type { LossPlan, LossVerdict } from "./loss-test.js";

/** What a LossTest says of a whole sequence, and after how many images. */
export interface SequenceVerdict {
  verdict: LossVerdict;
  imagesUsed: number;
}

/**
 * The fast twin of LossTest for the claim "this-set": the verdict on `losses` taken in `order`, for those who ask a
 * million times. Same arithmetic in the same order, so the same verdict after the same image; LossTest specifies it.
 * @param losses −1, 0 or 1 an image, [images]
 * @param order the images' places in the order in which they come, [images]
 */
export function verdictOf(plan: LossPlan, losses: Int8Array, order: Uint32Array): SequenceVerdict {
  const { images, tolerableLoss, lossThatMatters } = plan;
  const alarmAt = 1 / plan.falseAlarmRate;
  const passAt = 1 / plan.missRate;
  alarmCapital.fill(1);
  passCapital.fill(1);
  let sum = 0;
  let alarm = 1;
  let pass = 1;
  for (let used = 0; used < images - 1; used++) {
    const loss = losses[order[used]];
    const left = images - used;
    const alarmMean = (images * tolerableLoss - sum) / left;
    const passMean = (images * -lossThatMatters + sum) / left;
    sum += loss;
    if (alarmMean < 1 && 1 + alarmMean > 0) alarm = settle(alarmCapital, loss - alarmMean, 1 + alarmMean);
    if (passMean < 1 && 1 + passMean > 0) pass = settle(passCapital, -loss - passMean, 1 + passMean);
    if (alarm >= alarmAt || sum - (left - 1) > images * tolerableLoss + 1e-6) {
      return { verdict: "fail", imagesUsed: used + 1 };
    }
    if (pass >= passAt || -sum - (left - 1) > images * -lossThatMatters + 1e-6) {
      return { verdict: "pass", imagesUsed: used + 1 };
    }
  }
  sum += losses[order[images - 1]];
  if (sum >= images * lossThatMatters - 1e-6) return { verdict: "fail", imagesUsed: images };
  return { verdict: sum <= images * tolerableLoss + 1e-6 ? "pass" : "undecided", imagesUsed: images };
}

const alarmCapital = new Float64Array(stakes.length);
const passCapital = new Float64Array(stakes.length);
const stakeSizes = Float64Array.from(stakes);

function settle(capital: Float64Array, gain: number, room: number): number {
  let sum = 0;
  for (let index = 0; index < capital.length; index++) {
    const grown = capital[index] * (1 + (stakeSizes[index] / room) * gain);
    capital[index] = grown;
    sum += grown;
  }
  return sum / capital.length;
}
