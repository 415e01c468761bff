import { messageOf } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { readNetwork } from "../network/read-network.js";
import { readTrainingLog } from "../record/training-log.js";
import type { TrainingEpoch } from "../record/training.js";

/**
 * How the network of a run was trained, as its folder tells; empty where that has no log, cannot be read, or holds another
 * network by now (`networkHash`: the run's). A report is worth having without it, so that nothing here fails.
 */
export function trainingOf(
  networkFolder: string | undefined,
  networkHash: string,
  context: JobContext = {},
): readonly TrainingEpoch[] {
  if (networkFolder === undefined) return [];
  try {
    const epochs = readTrainingLog(networkFolder);
    return epochs && readNetwork(networkFolder).hash === networkHash ? epochs : [];
  } catch (error) {
    context.log?.(`the report is without the network's training: ${messageOf(error)}`);
    return [];
  }
}
