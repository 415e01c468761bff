import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import type { SearchCandidate } from "../record/search.js";
import type { CostModel } from "../cost/evaluate.js";
import { costCandidate } from "./cost-candidates.js";
import type { SearchSettings } from "./search-settings.js";
import {
  hardwareSignificance,
  type Selection,
  selectNetwork,
  type SelectionRequest,
  taskSignificance,
} from "./select.js";
import { assembleCandidates } from "./significance/assemble.js";
import type { Significances } from "./significance/fuse.js";
import type { Significance } from "./significance/significance.js";
import type { TrainedStage } from "./supernet/train-stage.js";
import { networkOfChoice } from "./space/choices.js";

/** What the three stages are made of; each is kept as soon as it is there, and not done again where it was kept. */
export interface SearchWork {
  settings: SearchSettings;
  /** Stage 1: Algorithm 1 on every stage of the teacher. */
  trainSupernet: (context: JobContext) => Promise<TrainedStage[]>;
  /** Lines of the ledger that an earlier sitting left, and who takes new ones. */
  ledger: { kept: readonly SearchCandidate[]; save: (lines: readonly SearchCandidate[]) => void };
  /** The hardware that candidates are judged on. */
  model: CostModel;
  /** What each operator loses on a macro; absent: the paper's search. */
  measureChip?: (trained: readonly TrainedStage[], context: JobContext) => Promise<Significance>;
}

/** What a search finds. */
export interface SearchFindings {
  significances: Significances;
  ledger: SearchCandidate[];
  selections: Selection[];
}

/**
 * NAS4CIM's search (doi 10.11999/JEIT250978): operators are rated by the task, in a supernet that learns stage by stage in a
 * frozen teacher; by the hardware, as part of whole networks; by the chip, where it was asked. One search serves every
 * objective.
 */
export async function searchNetworks(
  work: SearchWork,
  requests: readonly SelectionRequest[],
  context: JobContext,
): Promise<SearchFindings> {
  const { settings } = work;

  // 1. Task-driven: the coefficients of the supernet's operators, normalised.
  const trained = await work.trainSupernet(context);
  const task = taskSignificance(trained);

  // 2. Hardware-driven: whole networks in the order of task significance, and the operators of the best of them.
  const ledger = await judgeCandidates(work, task, context);
  const hardware = hardwareSignificance(settings, ledger);

  // The third voice: what each operator loses where the sums are analog.
  const chip = await work.measureChip?.(trained, context);

  // 3. Fusion: the best operator of each layer forms the network.
  const significances: Significances = { task, hardware, ...(chip && { chip }) };
  const selections = requests.map((request) => selectNetwork(settings, significances, request));
  return { significances, ledger, selections };
}

/** Lines of the ledger between two writings. */
const chunk = 250;

/** The ledger of all candidates, those that are in it already not judged again. */
async function judgeCandidates(
  { settings, ledger: { kept, save }, model }: SearchWork,
  task: Significance,
  context: JobContext,
): Promise<SearchCandidate[]> {
  const { space, precision } = settings;
  const assembled = assembleCandidates(task, settings.candidates, (choice) => networkOfChoice(space, choice));
  const lines = kept.slice(0, assembled.length);
  while (lines.length < assembled.length) {
    // Lets signals and timers in: a chunk itself is synchronous.
    await setImmediate();
    throwIfAborted(context.signal);
    const first = lines.length;
    const fresh = assembled
      .slice(first, first + chunk)
      .map((candidate, index) => costCandidate(space, candidate, first + index, model, precision));
    save(fresh);
    lines.push(...fresh);
    context.progress?.({ label: "candidates", done: lines.length, total: assembled.length, unit: "networks" });
  }
  return lines;
}
