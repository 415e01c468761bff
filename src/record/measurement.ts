/** One measured figure with the limits it was judged by, as a test record wants it (vocabulary of OpenHTF). */
export interface Measurement {
  /** Path in the run document: "accuracy.subject", "layers.conv1.codes.rmseLsb". */
  name: string;
  value: number;
  unit: "fraction" | "LSB" | "1" | "s" | "images/s";
  limits?: Limits;
  verdict: Verdict;
}

/** Inclusive bounds, at least one of them. */
export interface Limits {
  min?: number;
  max?: number;
}

/** "none" where no limits were set. NaN never passes. */
export type Verdict = "pass" | "fail" | "none";

/** Judges a value by its limits. */
export function judge(value: number, limits: Limits | undefined): Verdict {
  if (limits === undefined) return "none";
  if (Number.isNaN(value)) return "fail";
  if (limits.min !== undefined && value < limits.min) return "fail";
  if (limits.max !== undefined && value > limits.max) return "fail";
  return "pass";
}
