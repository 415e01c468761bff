import { Worker } from "node:worker_threads";
import { NasError, throwIfAborted } from "../../base/errors.js";
import type { JobContext } from "../../base/progress.js";
import { profiles } from "../../cost/profile.js";
import { prepareCostModel } from "../../cost/evaluate.js";
import { searchSpace } from "../space/presets.js";
import type { Ranking, RankRequest } from "./rank-request.js";
import { BestCandidates } from "./score-range.js";
import type { RangeAnswer } from "./worker.js";

/** Samples a thread scores between two messages. */
const rangeSamples = 2000;

/**
 * Scores samples of a search space with the cost model and keeps the best, on several threads. Memory is bounded by the
 * number kept, not by the number scored; the result does not depend on the threads.
 * @throws NAS_SEARCH_SPACE, NAS_COST_HARDWARE, NAS_COST_COMPONENTS before anything is scored; NAS_INTERRUPTED
 */
export async function rankCandidates(request: RankRequest, threads: number, context: JobContext): Promise<Ranking> {
  // Wrong requests are refused here, with their own errors, not by a thread.
  searchSpace(request.space);
  prepareCostModel(request.hardware, profiles[request.profile], request.schedule);
  const best = new BestCandidates(request.objective, request.top);
  const sum = { scored: 0, aboveLimits: 0, unmappable: 0 };
  let next = 0;

  const take = ({ ranking }: { ranking: Ranking }) => {
    ranking.best.forEach((candidate) => best.add(candidate));
    sum.scored += ranking.scored;
    sum.aboveLimits += ranking.aboveLimits;
    sum.unmappable += ranking.unmappable;
    context.progress?.({ label: "scoring", done: sum.scored, total: request.count, unit: "candidates" });
  };
  const workers = Array.from(
    { length: Math.max(1, Math.min(threads, Math.ceil(request.count / rangeSamples))) },
    () => new Worker(new URL("./worker.js", import.meta.url), { workerData: request }),
  );
  const serve = async (worker: Worker) => {
    while (next < request.count) {
      throwIfAborted(context.signal);
      const first = next;
      next = Math.min(request.count, first + rangeSamples);
      const answer = await askWorker(worker, first, next);
      if ("failure" in answer) throw failed(answer.failure);
      take(answer);
    }
  };
  try {
    await Promise.all(workers.map(serve));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return { best: best.ranked(), ...sum };
}

function askWorker(worker: Worker, first: number, end: number): Promise<RangeAnswer> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => reject(failed(error.message, error));
    worker.once("error", onError);
    worker.once("message", (answer: RangeAnswer) => {
      worker.off("error", onError);
      resolve(answer);
    });
    worker.postMessage({ first, end });
  });
}

function failed(message: string, cause?: unknown): NasError {
  return new NasError("NAS_KERNEL_FAILED", `a scoring thread failed: ${message}`, {
    hint: "run with --threads 1 and report it",
    cause,
  });
}
