import type { Hardware } from "../../cost/hardware.js";
import type { Schedule } from "../../cost/pixel-times.js";
import type { ProfileName } from "../../cost/profile.js";

/** What candidates are ranked by; the smaller, the better. */
export const objectives = ["edp", "latencyMs", "energyMillijoule", "areaMm2"] as const;
export type Objective = (typeof objectives)[number];

/** Which candidates of a space to score, on what, and how many to keep. Plain data, so that threads can be handed it. */
export interface RankRequest {
  /** Name of a search space. */
  space: string;
  /** Samples 0 … count − 1 of the seed. */
  seed: number;
  count: number;
  hardware: Hardware;
  profile: ProfileName;
  schedule: Schedule;
  activationBits: number;
  weightBits: number;
  objective: Objective;
  /** Candidates above any of these are left out; inclusive. */
  limits: Partial<Record<Objective | "parameters" | "macs", number>>;
  /** Distinct networks that are kept. */
  top: number;
}

/** One network that was scored. */
export interface Candidate {
  /** The genotype as text; the same network has one text. */
  genotype: string;
  parameters: number;
  macs: number;
  latencyMs: number;
  energyMillijoule: number;
  edp: number;
  areaMm2: number;
}

/** What became of a range of samples. */
export interface Ranking {
  /** Best first; equal ones in the order of their text. */
  best: Candidate[];
  scored: number;
  /** Samples above a limit, and samples that the hardware cannot hold. */
  aboveLimits: number;
  unmappable: number;
}
