import { nameText } from "../base/schema/fields.js";
import { checkJson, everyFault, type JsonFormat, readJson } from "../base/schema/json-format.js";
import { z } from "../base/schema/zod.js";
import type { LayerGraph } from "./layer-graph.js";
import {
  channels,
  features,
  kernel,
  mapSide,
  nodeId,
  nodeList,
  oneSource,
  padding,
  source,
  stride,
} from "./layer-limits.js";

const node = z.discriminatedUnion("op", [
  z.strictObject({
    id: nodeId,
    op: z.literal("conv"),
    inputs: oneSource,
    kernel,
    stride,
    padding,
    outChannels: channels,
  }),
  z.strictObject({
    id: nodeId,
    op: z.literal("pool"),
    inputs: oneSource,
    kind: z.enum(["average", "max"]),
    kernel: mapSide.describe("Side of the square window."),
    stride: mapSide,
    padding,
  }),
  z.strictObject({ id: nodeId, op: z.literal("globalAveragePool"), inputs: oneSource }),
  z.strictObject({ id: nodeId, op: z.literal("shortcut"), inputs: oneSource, stride, outChannels: channels }),
  z.strictObject({ id: nodeId, op: z.literal("add"), inputs: z.array(source).min(2).max(1000) }),
  z.strictObject({ id: nodeId, op: z.literal("fc"), inputs: oneSource, outFeatures: features }),
]);

const graphFile = z.strictObject({
  format: z.literal("nas4cim-graph"),
  version: z.literal(1),
  name: nameText,
  input: z.strictObject({ height: mapSide, width: mapSide, channels }).describe("The image."),
  nodes: nodeList(node).describe("In order: a node reads earlier ones."),
});

export const graphFormat: JsonFormat<z.output<typeof graphFile>> = {
  name: "graph file",
  schema: graphFile,
  codes: everyFault("NAS_NETWORK_INVALID"),
  hints: {
    unreadable: "give a graph as docs/formats/graph.md describes it",
    invalid: "correct them; docs/formats/graph.md lists every key",
  },
};

/**
 * Reads a network's graph from a JSON file: a LayerGraph with format "nas4cim-graph" and version 1 beside its members.
 * @throws NAS_NETWORK_INVALID where it breaks that format or has an operator that the cost model lacks
 */
export function readGraph(path: string): LayerGraph {
  return graphOf(readJson(graphFormat, path).value);
}

/** Reads the parsed content of a graph file; `file` names it in errors. */
export function parseGraph(raw: unknown, file: string): LayerGraph {
  return graphOf(checkJson(graphFormat, raw, file).value);
}

function graphOf({ name, input, nodes }: z.output<typeof graphFile>): LayerGraph {
  return { name, input, nodes };
}
