import type { Command } from "commander";
import { existsSync } from "node:fs";
import { loadBenchConfig } from "../config/bench-config.js";
import { NasError } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";
import type { BenchFacts } from "../fit/bench-facts.js";
import type { LayerGraph } from "../network/layer-graph.js";
import { publishedNetworks } from "../search/space/published.js";
import { addConfigOption, addJsonOption, addQuietOption } from "./common-options.js";
import { mapText } from "./text/map-text.js";
import { namedGraph } from "./named-graph.js";
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

/** Bits of a network that is named and not stored: those that the networks of this package are trained with. */
const usualBits = { weights: 4, activations: 4, image: 8 };

/** `nas4cim map`: does a network fit a macro, and what does it take there? */
export function addMapCommand(program: Command): void {
  const command = program
    .command("map")
    .description("tell whether a network fits a macro: arrays, rounds, conversions, times, and what to change")
    .option(
      "--network <which>",
      'folder of a network, a name such as cifar-10-balanced, or a space and a genotype: "cifar-10-a:[b3][c3][b3]"',
    )
    .option("--macro <name>", "macro of the config; else its default subject")
    .option("--weight-bits <number>", "of a named network, with the sign (4)", wholeNumber("--weight-bits", 2, 8))
    .option("--activation-bits <number>", "of a named network (4)", wholeNumber("--activation-bits", 1, 8))
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
    const request = { config, macro: options.macro, network: networkOf(options), bench: benchOf(options) };
    const { mapNetwork } = await import("../run/map-network.js");
    const document = await runJob(options.quiet ?? false, (context) => mapNetwork(request, context));
    if (options.json) printJson(document);
    else printResult(mapText(document));
  });
}

/** A folder, or the graph of a network that is known by name; undefined: the config's. */
function networkOf(options: MapOptions): string | { graph: LayerGraph; bits: typeof usualBits } | undefined {
  const { network, weightBits, activationBits } = options;
  const graph = network === undefined ? undefined : namedGraph(network);
  if (graph !== undefined) {
    const bits = {
      ...usualBits,
      weights: weightBits ?? usualBits.weights,
      activations: activationBits ?? usualBits.activations,
    };
    return { graph, bits };
  }
  if (weightBits !== undefined || activationBits !== undefined) {
    throw new NasError("NAS_CLI_USAGE", "--weight-bits and --activation-bits do not go with a stored network", {
      hint: "a stored network has its own bits; leave them out, or name a network",
      context: { network },
    });
  }
  if (network !== undefined && !existsSync(network)) refuseNetwork(network);
  return network;
}

function refuseNetwork(network: string): never {
  const known = Object.keys(publishedNetworks);
  const nearest = nearestName(network, known);
  throw new NasError("NAS_NETWORK_NOT_FOUND", `there is neither a folder nor a named network "${network}"`, {
    hint: nearest ? `did you mean "${nearest}"?` : `named networks: ${known.join(", ")}`,
    context: { network, known },
  });
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
