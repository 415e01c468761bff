import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { throwIfAborted } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { mostThreads } from "../base/thread-count.js";
import { prepareCostModel } from "../cost/evaluate.js";
import { profiles } from "../cost/profile.js";
import { bestOf, type ScoredChunk, type ScoreSetting } from "./score-chunk.js";

/** What to score, and on which hardware. */
export interface ScoreRequest extends ScoreSetting {
  /** Samples to draw; networks may come up more than once. */
  candidates: number;
  /** Most threads; no more are started than mostThreads(), or than have work. */
  threads: number;
}

/** So many samples are scored between two reports of progress of a thread. */
const chunkSize = 2000;

/**
 * Samples networks of a space, scores each on the hardware and keeps the best by EDP. The same request gives the same
 * answer on any number of threads; memory grows with `top`, not with `candidates`.
 * @throws NAS_COST_COMPONENTS, NAS_COST_HARDWARE; NAS_INTERRUPTED where the context's signal fires
 */
export async function scoreCandidates(request: ScoreRequest, context: JobContext): Promise<ScoredChunk> {
  // Refuses here what every thread would refuse.
  prepareCostModel(request.hardware, profiles[request.profile], request.schedule);
  const { candidates, top } = request;
  const threads = Math.max(1, Math.min(request.threads, mostThreads(), Math.ceil(candidates / chunkSize)));
  const total: ScoredChunk = { scored: 0, unmappable: 0, overLimits: 0, best: [] };
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL("./score-worker.js", import.meta.url), { workerData: request });
    try {
      while (next < candidates) {
        throwIfAborted(context.signal);
        const first = next;
        next = Math.min(candidates, first + chunkSize);
        const end = next;
        const answered = once(worker, "message") as Promise<[ScoredChunk]>;
        worker.postMessage([first, end]);
        const [chunk] = await answered;
        total.scored += chunk.scored;
        total.unmappable += chunk.unmappable;
        total.overLimits += chunk.overLimits;
        total.best = bestOf([...total.best, ...chunk.best], top);
        done += end - first;
        context.progress?.({ label: "scoring", done, total: candidates, unit: "networks" });
      }
    } catch (error) {
      // The other threads need not go on.
      next = candidates;
      throw error;
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  return total;
}
