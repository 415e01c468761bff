/**
 * How the learning rate goes through a phase: up to the peak, then down to 0. Both ways along half cosines or straight
 * lines; "rex" rises along a line and falls as REX does (Chen, Wolfe and Kyrillidis, MLSys 2022), late and then fast.
 */
export interface LearningRateSchedule {
  peak: number;
  /** Share of the phase's steps spent rising, 0 … 1. */
  warmUp: number;
  shape: "cosine" | "linear" | "rex";
}

/** Where the rise begins, as a share of the peak: a first step of 0 would be wasted. */
const startShare = 0.04;

/** The learning rate of step `step` (0 … totalSteps − 1); 0 is reached after the last step. */
export function learningRateAt(schedule: LearningRateSchedule, step: number, totalSteps: number): number {
  const done = step / totalSteps;
  const { peak, warmUp, shape } = schedule;
  if (done < warmUp) return peak * (startShare + (1 - startShare) * risen(shape, done / warmUp));
  return peak * left(shape, (done - warmUp) / (1 - warmUp));
}

function risen(shape: LearningRateSchedule["shape"], share: number): number {
  return shape === "cosine" ? (1 - Math.cos(Math.PI * share)) / 2 : share;
}

function left(shape: LearningRateSchedule["shape"], share: number): number {
  switch (shape) {
    case "cosine":
      return (1 + Math.cos(Math.PI * share)) / 2;
    case "linear":
      return 1 - share;
    case "rex":
      return (1 - share) / (1 - share / 2);
  }
}
