import { readFileSync } from "node:fs";
import { messageOf, NasError } from "../base/errors.js";
import type { GraphNode, LayerGraph } from "../network/layer-graph.js";
import { JsonFields } from "./json-fields.js";

const natural = { atLeast: 1, whole: true };

/** Operators that the model can cost. */
const operators = ["conv", "pool", "globalAveragePool", "add", "fc"] as const;

/**
 * Reads a network's graph from a JSON file: a LayerGraph with format "nas4cim-graph" and version 1 beside its members.
 * @throws NAS_NETWORK_INVALID where it breaks that format or has an operator that the cost model lacks
 */
export function readGraph(path: string): LayerGraph {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new NasError("NAS_NETWORK_INVALID", `${path} cannot be read as JSON: ${messageOf(error)}`, {
      hint: "give a graph as docs/cost-model.md describes it",
      context: { path },
      cause: error,
    });
  }
  return parseGraph(raw, path);
}

/** Reads the parsed content of a graph file; `file` names it in errors. */
export function parseGraph(raw: unknown, file: string): LayerGraph {
  const hint = "correct the graph; docs/cost-model.md describes it";
  const fields = new JsonFields({ file, code: "NAS_NETWORK_INVALID", hint }, "", raw);
  fields.oneOf("format", ["nas4cim-graph"]);
  fields.oneOf("version", [1]);
  const input = fields.object("input");
  const graph: LayerGraph = {
    name: fields.text("name"),
    input: {
      height: input.number("height", natural),
      width: input.number("width", natural),
      channels: input.number("channels", natural),
    },
    nodes: fields.objects("nodes").map(readNode),
  };
  input.end();
  fields.end();
  return graph;
}

function readNode(fields: JsonFields): GraphNode {
  const op = fields.oneOf("op", operators);
  const id = fields.text("id");
  const inputs = fields.texts("inputs");
  if (op !== "add" && inputs.length !== 1) throw fields.wrong("inputs", inputs, "one node");
  const source: [string] = [inputs[0]];
  const window = () => ({
    kernel: fields.number("kernel", natural),
    stride: fields.number("stride", natural),
    padding: fields.number("padding", { atLeast: 0, whole: true }),
  });
  let node: GraphNode;
  switch (op) {
    case "conv":
      node = { id, op, inputs: source, ...window(), outChannels: fields.number("outChannels", natural) };
      break;
    case "pool":
      node = { id, op, inputs: source, kind: fields.oneOf("kind", ["average", "max"] as const), ...window() };
      break;
    case "globalAveragePool":
      node = { id, op, inputs: source };
      break;
    case "add":
      node = { id, op, inputs };
      break;
    case "fc":
      node = { id, op, inputs: source, outFeatures: fields.number("outFeatures", natural) };
  }
  fields.end();
  return node;
}
