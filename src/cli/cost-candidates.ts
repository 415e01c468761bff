import { threadCount } from "../base/thread-count.js";
import type { ScoreLimits, ScoredChunk } from "../search/score-chunk.js";
import type { ScoreRequest } from "../search/score-candidates.js";
import { loadSpace } from "../search/space/load-space.js";
import { count, counted, significant } from "../base/format.js";
import { textTable } from "./text/text-table.js";
import { printJson, printResult } from "./output.js";
import { runJob } from "./run-job.js";

/** What the command line says of candidates. */
export interface CandidateOptions {
  candidates: number;
  space: string;
  seed: number;
  top: number;
  threads?: number;
  limits: ScoreLimits;
  json: boolean;
  quiet: boolean;
}

/** Samples networks of a space, ranks them by EDP and prints the best. */
export async function printCandidates(
  options: CandidateOptions,
  on: Pick<ScoreRequest, "hardware" | "profile" | "schedule" | "precision">,
): Promise<void> {
  const { candidates, seed, top, limits } = options;
  const request: Omit<ScoreRequest, "threads"> = {
    ...on,
    space: loadSpace(options.space),
    candidates,
    seed,
    top,
    limits,
  };
  const { scoreCandidates } = await import("../search/score-candidates.js");
  const result = await runJob(options.quiet, (context) =>
    scoreCandidates({ ...request, threads: threadCount(options.threads, context.log) }, context),
  );
  if (options.json) {
    const { hardware, profile, schedule, precision } = on;
    const asked = { space: options.space, candidates, seed, limits, hardware, profile, schedule, precision };
    printJson({ format: "nas4cim-cost-candidates", version: 1, ...asked, ...result });
  } else printResult(candidatesText(result));
}

/** The ranking, for a terminal. */
export function candidatesText({ scored, unmappable, overLimits, best }: ScoredChunk): string {
  const rows = best.map(({ genotype, latencyMs, energyMillijoule, edp, areaMm2 }, place) => [
    count(place + 1),
    genotype,
    significant(latencyMs, 4),
    significant(energyMillijoule, 4),
    significant(edp, 4),
    significant(areaMm2, 4),
  ]);
  const table = textTable(
    [["", "genotype", "latency, ms", "energy, mJ", "EDP", "area, mm²"], ...rows],
    ["right", "left", "right", "right", "right", "right"],
  );
  const left = `${counted(scored, "sample")} scored, ${count(unmappable)} not mappable, ${count(overLimits)} over the limits`;
  return `${table}\n\n${left}; each network is listed once`;
}
