import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "../../base/errors.js";
import type { Ranking, RankRequest } from "./rank-request.js";
import { rangeScorer } from "./score-range.js";

/** A range of samples to score, and what comes back for it. */
export interface RangeJob {
  first: number;
  end: number;
}
export type RangeAnswer = RangeJob & ({ ranking: Ranking } | { failure: string });

if (parentPort) {
  const port = parentPort;
  const score = rangeScorer(workerData as RankRequest);
  port.on("message", ({ first, end }: RangeJob) => {
    try {
      port.postMessage({ first, end, ranking: score(first, end) } satisfies RangeAnswer);
    } catch (error) {
      port.postMessage({ first, end, failure: messageOf(error) } satisfies RangeAnswer);
    }
  });
}
