import type { LoadedConfig } from "../config/bench-config.js";
import { inConfig } from "../config/in-config.js";
import { throwIfAborted } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import type { MacroSpec } from "../macro/macro.js";
import { assumedBench, type BenchFacts, completeBench } from "../fit/bench-facts.js";
import { type Advice, adviseFit } from "../fit/fit-advice.js";
import { type Fit, fitNetwork } from "../fit/fit.js";
import { type LayerLoad, loadsOfNetwork } from "../fit/layer-load.js";
import { type GraphBits, networkFromGraph } from "../network/from-graph.js";
import { inputId, type LayerGraph } from "../network/layer-graph.js";
import type { NetworkDescription } from "../network/network.js";
import { countMacs, countParameters } from "../network/matrices.js";
import { readNetwork } from "../network/read-network.js";
import type { MacroSummary } from "../record/run-document.js";
import { openMacro, summarizeMacro } from "./open-macro.js";
import { resolveRequest } from "./resolve-request.js";

/** What a person asks: does this network fit that macro? */
export interface MapRequest {
  config: LoadedConfig;
  /** Name of a macro in the config; absent: its default subject. */
  macro?: string;
  /** Folder of a stored network, or a graph; absent: the config's default network. */
  network?: string | { graph: LayerGraph };
  /** Bits to map with; where one is left out, a stored network has its own, and a graph those of `usualBits`. */
  bits?: AskedBits;
  /** What is known of the bench; the rest is assumed. */
  bench?: Partial<BenchFacts>;
}

/** Signed bits of weights, unsigned bits of the activations between layers. */
export type AskedBits = { [Key in "weights" | "activations"]?: number | undefined };

/** Bits of a network that is named and not stored: those that the networks of this package are trained with. */
export const usualBits: Readonly<GraphBits> = { weights: 4, activations: 4, image: 8 };

/** The answer, as `nas4cim map --json` prints it. */
export interface MapDocument extends Fit {
  format: "nas4cim-map";
  version: 1;
  network: { name: string; parameters: number; macs: number };
  /** The number asked for or assumed; "own": the stored network's, layer by layer, as `layers` tells them. */
  bits: Record<keyof AskedBits, number | "own">;
  macro: MacroSummary & { spec: MacroSpec };
  bench: BenchFacts;
  /** Facts of the bench that nobody gave, and where the value comes from. */
  assumed: { fact: keyof BenchFacts; why: string }[];
  /** Whether all tiles have an array at once. */
  fitsAtOnce: boolean;
  advice: Advice[];
}

/**
 * Places a network on a macro of the bench and tells what it takes. The macro is opened to ask for its spec and not
 * programmed.
 * @throws NAS_MAPPING_IMPOSSIBLE where no number of rounds would do; what config, readers and drivers throw
 */
export async function mapNetwork(request: MapRequest, context: JobContext): Promise<MapDocument> {
  return inConfig(request.config, () => mapInConfig(request, context));
}

async function mapInConfig(request: MapRequest, context: JobContext): Promise<MapDocument> {
  const { macro, network } = request;
  const resolved = resolveRequest({
    config: request.config,
    ...(macro === undefined ? {} : { subject: macro, reference: macro }),
    ...(typeof network === "string" ? { network } : {}),
  });
  const asked = request.bits ?? {};
  const { layers, ...known } = loadedFrom(
    typeof network === "object"
      ? networkFromGraph(network.graph, bitsFor(asked))
      : readNetwork(resolved.networkFolder).description,
    asked,
  );
  const otherwise = (key: keyof AskedBits) => (typeof network === "object" ? usualBits[key] : "own");
  throwIfAborted(context.signal);
  await using opened = await openMacro(resolved.subject, { seed: resolved.seed, threads: 1 }, context);
  const { spec } = opened;
  const { facts, assumed } = completeBench(request.bench ?? {});
  const fit = fitNetwork(layers, spec, facts);
  return {
    format: "nas4cim-map",
    version: 1,
    network: known,
    bits: {
      weights: asked.weights ?? otherwise("weights"),
      activations: asked.activations ?? otherwise("activations"),
    },
    macro: { ...summarizeMacro(resolved.subject.name, opened), spec },
    bench: facts,
    assumed: assumed.map((fact) => ({ fact, why: assumedBench[fact].why })),
    fitsAtOnce: fit.totals.rounds === 1,
    ...fit,
    advice: adviseFit(layers, spec, facts, fit),
  };
}

function bitsFor({ weights, activations }: AskedBits): GraphBits {
  return {
    ...usualBits,
    weights: weights ?? usualBits.weights,
    activations: activations ?? usualBits.activations,
  };
}

function loadedFrom(
  network: Pick<NetworkDescription, "name" | "input" | "nodes">,
  asked: AskedBits,
): MapDocument["network"] & { layers: LayerLoad[] } {
  return {
    name: network.name,
    parameters: countParameters(network),
    macs: countMacs(network),
    layers: loadsOfNetwork(network).map((load) => withBits(load, asked)),
  };
}

/** The same layer with the bits that are asked for; the image keeps its own. */
function withBits(load: LayerLoad, { weights, activations }: AskedBits): LayerLoad {
  return {
    ...load,
    weightBits: weights ?? load.weightBits,
    inputBits: load.source === inputId ? load.inputBits : (activations ?? load.inputBits),
    ...(load.outputBits === undefined ? {} : { outputBits: activations ?? load.outputBits }),
  };
}
