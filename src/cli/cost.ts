import type { Command } from "commander";
import { NasError } from "../base/errors.js";
import { mostThreads } from "../base/thread-count.js";
import { checkGolden, goldenTolerance } from "../cost/check-golden.js";
import { costDocument, type CostRequest } from "../cost/cost-document.js";
import { readComponents } from "../cost/components.js";
import type { Schedule } from "../cost/pixel-times.js";
import { loadHardware } from "../cost/presets.js";
import { type ProfileName, profiles } from "../cost/profile.js";
import { parseSweepAxis, sweep, type SweepAxis } from "../cost/sweep.js";
import { addJsonOption, addQuietOption, networkHelp } from "./common-options.js";
import { printCandidates } from "./cost-candidates.js";
import { checkText, costText, sweepText } from "./text/cost-text.js";
import { limitExitCode } from "./exit-codes.js";
import { graphByName } from "./named-graph.js";
import { nextStep } from "./text/next-step.js";
import { oneOf, positiveNumber, wholeNumber } from "./option-values.js";
import { printJson, printResult } from "./output.js";

interface CostOptions {
  network: string;
  hardware: string;
  components?: string;
  profile: ProfileName;
  schedule: Schedule;
  activationBits?: number;
  weightBits?: number;
  sweep: SweepAxis[];
  out?: string;
  check?: string;
  candidates?: number;
  space: string;
  seed: number;
  top: number;
  threads?: number;
  maxLatencyMs?: number;
  maxEnergyMj?: number;
  maxAreaMm2?: number;
  json?: boolean;
  quiet?: boolean;
}

/** `nas4cim cost`: what a network takes on compute-in-memory hardware. */
export function addCostCommand(program: Command): void {
  const command = program
    .command("cost")
    .description("tell what a network takes on compute-in-memory hardware: latency, energy, EDP, area")
    .option("--network <which>", networkHelp, "resnet20")
    .option("--hardware <which>", "a preset such as eight-adcs-per-array, or a JSON file", "isaac-unit")
    .option("--components <which>", "numbers of the parts: mnsim-2.0, physical, or a JSON file; else the profile's")
    .option(
      "--profile <name>",
      "mnsim-2.0: as that tool computes; physical: with its quirks mended",
      oneOf("--profile", Object.keys(profiles) as ProfileName[]),
      "mnsim-2.0",
    )
    .option(
      "--schedule <name>",
      "pipelined or sequential",
      oneOf("--schedule", ["pipelined", "sequential"] as const),
      "pipelined",
    )
    .option(
      "--activation-bits <number>",
      "of activations, the sign counted as MNSIM does; else a stored network's own, or 9",
      wholeNumber("--activation-bits", 2, 32),
    )
    .option(
      "--weight-bits <number>",
      "of weights, with the sign; else a stored network's own, or 9",
      wholeNumber("--weight-bits", 2, 32),
    )
    .option(
      "--sweep <key=values>",
      "try values of a hardware key, activationBits, weightBits, schedule or profile (adcsPerArray=1,2,4); may be repeated",
      (text: string, axes: SweepAxis[]) => [...axes, parseSweepAxis(text)],
      [],
    )
    .option("--out <folder>", "draw layers, timeline, placement and sweep there as SVG")
    .option("--check <file>", "recompute the runs of MNSIM 2.0 in a file and compare every figure")
    .option(
      "--candidates <number>",
      "sample so many networks of --space and rank them by EDP",
      wholeNumber("--candidates", 1, 1e12),
    )
    .option("--space <name>", "search space of the candidates", "cifar-10-a")
    .option("--seed <number>", "of the samples", wholeNumber("--seed", 0, 2 ** 32 - 1), 1)
    .option("--top <number>", "candidates to keep", wholeNumber("--top", 1, 100_000), 20)
    .option(
      "--threads <number>",
      `worker threads for candidates, at most ${mostThreads()} on this machine; else one a processor`,
      wholeNumber("--threads", 1, 1024),
    )
    .option("--max-latency-ms <ms>", "drop candidates that take longer", positiveNumber("--max-latency-ms"))
    .option("--max-energy-mj <mJ>", "drop candidates that take more", positiveNumber("--max-energy-mj"))
    .option("--max-area-mm2 <mm²>", "drop candidates that are larger", positiveNumber("--max-area-mm2"));
  addQuietOption(command);
  addJsonOption(command);
  command.action(async (options: CostOptions) => {
    if (options.check !== undefined) return runCheck(options.check, options.json ?? false);
    if (options.candidates !== undefined) return runCandidates(options, options.candidates);
    const request = { ...settingOf(options), graph: graphByName(options.network) };
    const document = costDocument(request);
    const points = options.sweep.length > 0 ? sweep(request, options.sweep) : [];
    if (options.out !== undefined) {
      // The drawing library takes a while to load.
      const { writeCostFigures } = await import("./cost-figures.js");
      for (const path of writeCostFigures(options.out, document, points)) process.stderr.write(`${path}\n`);
    }
    if (options.json) printJson(points.length > 0 ? { ...document, sweep: points } : document);
    else {
      const text = points.length > 0 ? sweepText(points) : costText(document);
      printResult(`${text}\n\n${nextStep("whether it fits a macro", "map", "--network", options.network)}`);
    }
  });
}

/** What the network runs on, and how. */
function settingOf(options: CostOptions): Omit<CostRequest, "graph"> {
  const { profile, schedule, activationBits, weightBits, components } = options;
  const hardware = loadHardware(options.hardware);
  if (components !== undefined) {
    if (hardware.components !== undefined && hardware.components !== components) {
      throw new NasError("NAS_CLI_USAGE", `--components ${components}, but the hardware names ${hardware.components}`, {
        hint: "leave one of them out",
        context: { components, hardware: hardware.components },
      });
    }
    readComponents(components);
    hardware.components = components;
  }
  return {
    hardware,
    profile,
    schedule,
    precision: { activationBits, weightBits },
  };
}

/** Bits of sampled networks, with the sign: they are shapes alone. */
const candidateBits = 9;

async function runCandidates(options: CostOptions, candidates: number): Promise<void> {
  const { space, seed, top, threads, json = false, quiet = false } = options;
  const limits = {
    latencyMs: options.maxLatencyMs,
    energyMillijoule: options.maxEnergyMj,
    areaMm2: options.maxAreaMm2,
  };
  const { activationBits = candidateBits, weightBits = candidateBits } = options;
  const setting = { ...settingOf(options), precision: { activationBits, weightBits } };
  await printCandidates({ candidates, space, seed, top, threads, limits, json, quiet }, setting);
}

function runCheck(path: string, json: boolean): void {
  const differences = checkGolden(path);
  const isAlike = differences.every(({ largestRelative }) => largestRelative <= goldenTolerance);
  if (json)
    printJson({
      format: "nas4cim-cost-check",
      version: 1,
      file: path,
      tolerance: goldenTolerance,
      isAlike,
      differences,
    });
  else printResult(checkText(differences, path));
  if (!isAlike) process.exitCode = limitExitCode;
}
