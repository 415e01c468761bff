/** How the learning rate goes through a phase: up to the peak, then down to 0, along half cosines or straight lines. */
export interface LearningRateSchedule {
  peak: number;
  /** Share of the phase's steps spent rising, 0 … 1. */
  warmUp: number;
  shape: "cosine" | "linear";
}

/** Where the rise begins, as a share of the peak: a first step of 0 would be wasted. */
const startShare = 0.04;

/** The learning rate of step `step` (0 … totalSteps − 1); 0 is reached after the last step. */
export function learningRateAt(schedule: LearningRateSchedule, step: number, totalSteps: number): number {
  const done = step / totalSteps;
  const { peak, warmUp, shape } = schedule;
  const ease = (share: number) => (shape === "linear" ? share : (1 - Math.cos(Math.PI * share)) / 2);
  if (done < warmUp) return peak * (startShare + (1 - startShare) * ease(done / warmUp));
  return peak * (1 - ease((done - warmUp) / (1 - warmUp)));
}
