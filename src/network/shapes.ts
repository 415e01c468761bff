import { NasError } from "../base/errors.js";
import type { NetworkDescription, NetworkNode } from "./network.js";
import { type Shape, windowPlaces } from "./shape.js";
import { sumShape } from "./shortcut.js";

/**
 * The shape that leaves each node (and "input"), in order.
 * @throws NAS_NETWORK_SHAPE where a node does not fit what it is fed, naming both.
 */
export function inferShapes(network: Pick<NetworkDescription, "input" | "nodes">): Map<string, Shape> {
  const { height, width, channels } = network.input;
  const shapes = new Map<string, Shape>([["input", { height, width, channels }]]);
  const nodes = new Map<string, NetworkNode>();
  for (const node of network.nodes) {
    const fed = node.inputs.map((source) => {
      const shape = shapes.get(source);
      if (!shape) refuse(node, `its input "${source}" is no earlier node`, { source });
      assertTakes(node, source, nodes.get(source));
      return shape;
    });
    if (shapes.has(node.id)) refuse(node, "the id is taken by an earlier node", {});
    shapes.set(node.id, shapeAfter(node, fed));
    nodes.set(node.id, node);
  }
  return shapes;
}

/** Signed maps go into sums alone, because an array's DACs know no sign; `from` is undefined for the image. */
function assertTakes(node: NetworkNode, source: string, from: NetworkNode | undefined): void {
  if (node.op !== "add") {
    if (from?.op === "conv" && from.activation === "none")
      refuse(node, `"${source}" has activation "none": only an add takes its signed map`, { source });
    return;
  }
  if (from?.op !== "conv" && from?.op !== "add")
    refuse(node, `"${source}" is ${from ? `a ${from.op}` : "the image"}, a sum takes convolutions and sums`, {
      source,
    });
}

function shapeAfter(node: NetworkNode, fed: readonly Shape[]): Shape {
  const [from] = fed;
  const [source] = node.inputs;
  switch (node.op) {
    case "conv": {
      if (node.inChannels !== from.channels) {
        refuse(node, `it takes ${node.inChannels} channels, "${source}" gives ${from.channels}`, {
          wanted: node.inChannels,
          found: from.channels,
        });
      }
      const height = windowPlaces(node, from.height);
      const width = windowPlaces(node, from.width);
      if (height < 1 || width < 1)
        refuse(node, `a ${node.kernel}×${node.kernel} kernel does not fit a ${from.height}×${from.width} map`, {});
      return { height, width, channels: node.outChannels };
    }
    case "add": {
      const { shape, misfit } = sumShape(fed);
      if (misfit !== undefined) {
        const { height, width } = fed[misfit];
        const wanted = `${shape.height}×${shape.width}`;
        refuse(node, `no stride brings the ${height}×${width} map of "${node.inputs[misfit]}" to ${wanted}`, {
          shapes: fed,
        });
      }
      return shape;
    }
    case "globalAveragePool":
      return { height: 1, width: 1, channels: from.channels };
    case "fc": {
      const features = from.height * from.width * from.channels;
      if (node.inFeatures !== features) {
        refuse(node, `it takes ${node.inFeatures} features, "${source}" gives ${features}`, {
          wanted: node.inFeatures,
          found: features,
        });
      }
      return { height: 1, width: 1, channels: node.outFeatures };
    }
  }
}

function refuse(node: NetworkNode, why: string, context: Record<string, unknown>): never {
  throw new NasError("NAS_NETWORK_SHAPE", `node "${node.id}" (${node.op}) does not fit: ${why}`, {
    hint: "correct network.json, or export the network again",
    context: { node: node.id, ...context },
  });
}

/** Parameters as NAS4CIM counts them: conv and fc weights and the fc bias; batch-norm left out. */
export function countParameters(network: Pick<NetworkDescription, "nodes">): number {
  let count = 0;
  for (const node of network.nodes) {
    if (node.op === "conv") count += node.kernel ** 2 * node.inChannels * node.outChannels;
    if (node.op === "fc") count += node.inFeatures * node.outFeatures + node.outFeatures;
  }
  return count;
}

/** Multiply-accumulates of one image; twice this is NAS4CIM's MOPs. */
export function countMacs(network: Pick<NetworkDescription, "input" | "nodes">): number {
  const shapes = inferShapes(network);
  let count = 0;
  for (const node of network.nodes) {
    const { height, width } = shapes.get(node.id)!;
    if (node.op === "conv") count += height * width * node.kernel ** 2 * node.inChannels * node.outChannels;
    if (node.op === "fc") count += node.inFeatures * node.outFeatures;
  }
  return count;
}
