import type { Command } from "commander";
import { existsSync, statSync } from "node:fs";
import { loadBenchConfig } from "../config/bench-config.js";
import type { BenchFacts } from "../fit/bench-facts.js";
import type { LayerGraph } from "../network/layer-graph.js";
import { addConfigOption, addJsonOption, addQuietOption } from "./common-options.js";
import { mapText } from "./text/map-text.js";
import { networkHelp } from "./common-options.js";
import { graphByName } from "./named-graph.js";
import { nextStep } from "./text/next-step.js";
import { positiveNumber, wholeNumber } from "./option-values.js";
import { printJson, printResult } from "./output.js";
import { runJob } from "./run-job.js";

interface MapOptions {
  network?: string;
  macro?: string;
  weightBits?: number;
  activationBits?: number;
  adcNs?: number;
  adcsPerArray?: number;
  arraysTogether?: boolean;
  writePulseUs?: number;
  pulsesPerCell?: number;
  linkBytesPerSecond?: number;
  halfDuplex?: boolean;
  framingPercent?: number;
  roundTripMs?: number;
  images?: number;
  config?: string;
  json?: boolean;
  quiet?: boolean;
}

/** `nas4cim map`: does a network fit a macro, and what does it take there? */
export function addMapCommand(program: Command): void {
  const command = program
    .command("map")
    .description("tell whether a network fits a macro: arrays, rounds, conversions, times, and what to change")
    .option("--network <which>", networkHelp)
    .option("--macro <name>", "macro of the config; else its default subject")
    .option(
      "--weight-bits <number>",
      "of weights, with the sign; else a stored network's own, or 4",
      wholeNumber("--weight-bits", 2, 8),
    )
    .option(
      "--activation-bits <number>",
      "of activations, unsigned, as DACs take them; else a stored network's own, or 4",
      wholeNumber("--activation-bits", 1, 8),
    )
    .option("--adc-ns <ns>", "one ADC conversion", positiveNumber("--adc-ns"))
    .option("--adcs-per-array <number>", "converters of an array", wholeNumber("--adcs-per-array", 1, 65536))
    .option("--arrays-together", "the arrays of a layer convert at the same time")
    .option(
      "--write-pulse-us <µs>",
      "one write pulse and the read that verifies it",
      positiveNumber("--write-pulse-us"),
    )
    .option("--pulses-per-cell <number>", "write pulses a cell takes on average", positiveNumber("--pulses-per-cell"))
    .option(
      "--link-bytes-per-second <number>",
      "what the link to the board carries",
      positiveNumber("--link-bytes-per-second"),
    )
    .option("--half-duplex", "the link carries one direction at a time")
    .option("--framing-percent <number>", "bytes of frames in 100 of payload", positiveNumber("--framing-percent", 0))
    .option("--round-trip-ms <ms>", "wait of one call for its answer", positiveNumber("--round-trip-ms", 0))
    .option("--images <number>", "images of the job", wholeNumber("--images", 1, 1_000_000_000));
  addConfigOption(command);
  addJsonOption(command);
  addQuietOption(command);
  command.action(async (options: MapOptions) => {
    const config = loadBenchConfig(options.config);
    const request = {
      config,
      macro: options.macro,
      network: networkOf(options.network),
      bits: { weights: options.weightBits, activations: options.activationBits },
      bench: benchOf(options),
    };
    const { mapNetwork } = await import("../run/map-network.js");
    const document = await runJob(options.quiet ?? false, (context) => mapNetwork(request, context));
    if (options.json) printJson(document);
    else printResult(`${mapText(document)}\n\n${next(options.network)}`);
  });
}

/** A folder, or the graph of a network that is known by name or from a file; undefined: the config's. */
function networkOf(network: string | undefined): string | { graph: LayerGraph } | undefined {
  if (network === undefined || isFolder(network)) return network;
  return { graph: graphByName(network) };
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** What the command line tells of the bench; the rest is assumed. */
function benchOf(options: MapOptions): Partial<BenchFacts> {
  return {
    adcConversionNs: options.adcNs,
    adcsPerArray: options.adcsPerArray,
    arraysTogether: options.arraysTogether,
    writePulseMicroseconds: options.writePulseUs,
    pulsesPerCell: options.pulsesPerCell,
    linkBytesPerSecond: options.linkBytesPerSecond,
    linkDuplex: options.halfDuplex ? "half" : undefined,
    framingShare: options.framingPercent === undefined ? undefined : options.framingPercent / 100,
    roundTripMs: options.roundTripMs,
    images: options.images,
  };
}

function next(network: string | undefined): string {
  const named = network === undefined ? [] : ["--network", network];
  if (network === undefined || isFolder(network)) return nextStep("take it over the test images", "run", ...named);
  return nextStep("its latency and energy", "cost", ...named);
}
