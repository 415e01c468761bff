import { availableParallelism } from "node:os";
import type { Command } from "commander";
import type { Schedule } from "../cost/pixel-times.js";
import { loadHardware } from "../cost/presets.js";
import { type ProfileName, profiles } from "../cost/profile.js";
import { textTable } from "../report/text-table.js";
import { count, roughCount, significant } from "../report/format.js";
import { rankCandidates } from "../search/rank/rank-candidates.js";
import { type Objective, objectives, type Ranking, type RankRequest } from "../search/rank/rank-request.js";
import { searchSpaces } from "../search/space/presets.js";
import { addJsonOption } from "./common-options.js";
import { oneOf, positiveNumber, wholeNumber } from "./option-values.js";
import { printJson, printResult } from "./output.js";
import { runJob } from "./run-job.js";

interface CandidatesOptions {
  space: string;
  count: number;
  seed: number;
  hardware: string;
  profile: ProfileName;
  schedule: Schedule;
  actBits: number;
  weightBits: number;
  by: Objective;
  top: number;
  maxEdp?: number;
  maxLatencyMs?: number;
  maxEnergyMillijoule?: number;
  maxAreaMm2?: number;
  maxParameters?: number;
  maxMacs?: number;
  threads: number;
  json?: boolean;
  quiet?: boolean;
}

/** `nas4cim candidates`: score many networks of a search space with the cost model and rank them. */
export function addCandidatesCommand(program: Command): void {
  const command = program
    .command("candidates")
    .description("score many networks of a search space with the cost model, and rank them")
    .option("--space <name>", `one of ${Object.keys(searchSpaces).join(", ")}`, "cifar-10-a")
    .option("--count <number>", "samples to score", wholeNumber("--count", 1, 1e9), 1_000_000)
    .option("--seed <number>", "of the sampling", wholeNumber("--seed", 0, 2 ** 32 - 1), 1)
    .option("--hardware <which>", "a preset such as eight-adcs-per-array, or a JSON file", "isaac-unit")
    .option(
      "--profile <name>",
      "mnsim-2.0 or physical",
      oneOf("--profile", Object.keys(profiles) as ProfileName[]),
      "mnsim-2.0",
    )
    .option(
      "--schedule <name>",
      "pipelined or sequential",
      oneOf("--schedule", ["pipelined", "sequential"] as const),
      "pipelined",
    )
    .option("--act-bits <number>", "of activations, with the sign", wholeNumber("--act-bits", 2, 32), 9)
    .option("--weight-bits <number>", "of weights, with the sign", wholeNumber("--weight-bits", 2, 32), 9)
    .option("--by <figure>", `what to rank by: ${objectives.join(", ")}`, oneOf("--by", objectives), "edp")
    .option("--top <number>", "distinct networks to keep", wholeNumber("--top", 1, 100_000), 20)
    .option("--threads <number>", "worker threads", wholeNumber("--threads", 1, 256), availableParallelism());
  for (const figure of ["edp", "latency-ms", "energy-millijoule", "area-mm2", "parameters", "macs"]) {
    command.option(`--max-${figure} <number>`, "leave out what is above", positiveNumber(`--max-${figure}`));
  }
  command.option("--quiet", "no progress on stderr");
  addJsonOption(command);
  command.action(async (options: CandidatesOptions) => {
    const request = requestOf(options);
    const started = performance.now();
    const ranking = await runJob(options.quiet ?? false, (context) =>
      rankCandidates(request, options.threads, context),
    );
    const seconds = (performance.now() - started) / 1000;
    if (options.json) printJson({ format: "nas4cim-candidates", version: 1, request, ...ranking, seconds });
    else printResult(rankingText(request, ranking, seconds));
  });
}

function requestOf(options: CandidatesOptions): RankRequest {
  const { space, count: samples, seed, profile, schedule, actBits, weightBits, by, top } = options;
  const limits = {
    edp: options.maxEdp,
    latencyMs: options.maxLatencyMs,
    energyMillijoule: options.maxEnergyMillijoule,
    areaMm2: options.maxAreaMm2,
    parameters: options.maxParameters,
    macs: options.maxMacs,
  };
  const given = Object.fromEntries(Object.entries(limits).filter(([, most]) => most !== undefined));
  const hardware = loadHardware(options.hardware);
  return {
    space,
    seed,
    count: samples,
    hardware,
    profile,
    schedule,
    activationBits: actBits,
    weightBits,
    objective: by,
    limits: given,
    top,
  };
}

function rankingText(request: RankRequest, ranking: Ranking, seconds: number): string {
  const { best, scored, aboveLimits, unmappable } = ranking;
  const rows = best.map(({ genotype, parameters, macs, latencyMs, energyMillijoule, edp, areaMm2 }, index) => [
    String(index + 1),
    genotype,
    roughCount(parameters),
    roughCount(macs),
    significant(latencyMs),
    significant(energyMillijoule),
    significant(edp),
    significant(areaMm2),
  ]);
  const head = ["", "network", "parameters", "MACs", "ms", "mJ", "ms·mJ", "mm²"];
  const left = [
    aboveLimits > 0 ? `${count(aboveLimits)} above a limit` : "",
    unmappable > 0 ? `${count(unmappable)} that the hardware cannot hold` : "",
  ];
  return [
    `${count(scored)} samples of ${request.space}, seed ${request.seed}, on ${request.hardware.name}, profile ${request.profile}, ${request.schedule}, ` +
      `${request.activationBits}/${request.weightBits} bit, ranked by ${request.objective}`,
    textTable([head, ...rows], ["right", "left", "right", "right", "right", "right", "right", "right"]),
    [...left.filter(Boolean), `${count(Math.round(scored / seconds))} candidates a second`].join("; "),
  ].join("\n\n");
}
