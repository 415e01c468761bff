import { NasError } from "../base/errors.js";
import type { Precision } from "../cost/cost-layer.js";
import type { Hardware } from "../cost/hardware.js";
import type { Schedule } from "../cost/pixel-times.js";
import type { ProfileName } from "../cost/profile.js";
import type { MacroChoice } from "../run/run-request.js";
import type { DatasetName } from "../data/labelled-images.js";
import { checkTop } from "./significance/top-frequency.js";
import { countNetworks } from "./space/explore.js";
import type { SearchSpace } from "./space/space.js";
import { stepsOfStage, type SupernetSettings } from "./supernet/supernet-settings.js";

/** The figures of a candidate that hardware significance may be counted by; lower is better. */
export const metrics = ["edp", "latencyMs", "energyMillijoule"] as const;
export type Metric = (typeof metrics)[number];

/** What decides a search's result beside its teacher, its images and its seed; the record keeps all of it. */
export interface SearchSettings {
  space: SearchSpace;
  dataset: DatasetName;
  supernet: SupernetSettings;
  /** Networks assembled in the order of task significance. */
  candidates: number;
  /** K of the Top-K frequency, and the figure that it goes by. */
  top: number;
  metric: Metric;
  hardware: Hardware;
  profile: ProfileName;
  schedule: Schedule;
  precision: Precision;
  /** The macro whose losses are the third voice; absent: the paper's search. */
  chip?: ChipSettings;
}

/** What operators are measured on, and how. */
export interface ChipSettings {
  subject: MacroChoice;
  /** Whom ADC steps are chosen on. */
  reference: MacroChoice;
  /** Held-out training images that each operator is measured with. */
  images: number;
  /** Of simulated randomness. */
  seed: number;
}

/** The most candidates that a search may have: the ledger keeps every one. */
const mostCandidates = 1_000_000;

/**
 * Refuses settings that contradict each other or their space, before anything is spent.
 * @throws NAS_SEARCH_SETTINGS naming the value
 */
export function checkSettings({ space, supernet, candidates, top, chip }: SearchSettings): void {
  stepsOfStage(supernet);
  if (chip !== undefined && (chip.images < 1 || chip.images > supernet.heldOut)) {
    refuse(`the chip is to be measured on ${chip.images} of ${supernet.heldOut} held-out images`, "measure on fewer", {
      images: chip.images,
    });
  }
  const networks = countNetworks(space);
  if (networks < 2n) {
    refuse(`search space "${space.name}" has one network`, "take a space with a choice in it", { space: space.name });
  }
  if (!Number.isSafeInteger(candidates) || candidates < 1 || candidates > mostCandidates) {
    refuse(`${candidates} candidates were asked for`, `give a whole number from 1 to ${mostCandidates}`, {
      candidates,
    });
  }
  if (BigInt(candidates) > networks) {
    const most = String(networks);
    refuse(`${candidates} candidates were asked for, the space has ${most} networks`, `give at most ${most}`, {
      candidates,
      networks: most,
    });
  }
  checkTop(top, candidates);
}

function refuse(message: string, hint: string, context: Record<string, unknown>): never {
  throw new NasError("NAS_SEARCH_SETTINGS", message, { hint, context });
}
