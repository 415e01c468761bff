import { type ErrorCode, isNasError, NasError } from "../base/errors.js";
import type { Located } from "../base/schema/json-format.js";
import type { JsonPath } from "../base/schema/place.js";
import type { NetworkDescription, NetworkNode } from "./network.js";
import type { Shape } from "./shape.js";
import { inferShapes } from "./shapes.js";

/**
 * The shape that leaves each node of a network (and "input"), in order, where its nodes also fit what they say of their
 * inputs: a convolution its channels, a classifier its features, and signed maps go into sums alone, because an array's
 * DACs know no sign.
 * @throws NAS_NETWORK_SHAPE naming the node and both sides
 */
export function checkNetwork(network: Pick<NetworkDescription, "input" | "nodes">): Map<string, Shape> {
  const shapes = inferShapes(network);
  const nodes = new Map(network.nodes.map((node) => [node.id, node]));
  for (const node of network.nodes) {
    for (const source of node.inputs) checkSource(node, source, nodes.get(source));
    checkSize(node, shapes.get(node.inputs[0])!);
  }
  return shapes;
}

/**
 * The same for a network that was read from a file, its nodes at `path` there.
 * @throws NAS_NETWORK_SHAPE, or the code that is given, with the node's place in the file
 */
export function checkLocated(
  network: Pick<NetworkDescription, "input" | "nodes">,
  path: JsonPath,
  fail: Located<unknown>["fail"],
  code?: ErrorCode,
): Map<string, Shape> {
  try {
    return checkNetwork(network);
  } catch (error) {
    if (!isNasError(error)) throw error;
    const { message, hint, context } = error;
    const place = network.nodes.findLastIndex(({ id }) => id === context.node);
    fail(place < 0 ? path : [...path, place], message, { code: code ?? error.code, hint, context, cause: error });
  }
}

/** `from` is undefined for the image. */
function checkSource(node: NetworkNode, source: string, from: NetworkNode | undefined): void {
  if (node.op !== "add") {
    if (from?.op === "conv" && from.activation === "none")
      refuse(node, `"${source}" has activation "none": only an add takes its signed map`, { source });
    return;
  }
  if (from?.op === "globalAveragePool" || from?.op === "fc")
    refuse(node, `"${source}" is a ${from.op}, a sum takes feature maps`, { source });
}

function checkSize(node: NetworkNode, { height, width, channels }: Shape): void {
  const [source] = node.inputs;
  if (node.op === "conv" && node.inChannels !== channels) {
    const wanted = node.inChannels;
    refuse(node, `it takes ${wanted} channels, "${source}" gives ${channels}`, { wanted, found: channels });
  }
  const found = height * width * channels;
  if (node.op === "fc" && node.inFeatures !== found) {
    const wanted = node.inFeatures;
    refuse(node, `it takes ${wanted} features, "${source}" gives ${found}`, { wanted, found });
  }
}

function refuse(node: NetworkNode, why: string, context: Record<string, unknown>): never {
  throw new NasError("NAS_NETWORK_SHAPE", `node "${node.id}" (${node.op}) does not fit: ${why}`, {
    hint: "correct network.json, or export the network again",
    context: { node: node.id, ...context },
  });
}
