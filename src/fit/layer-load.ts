import { graphMatrices } from "../network/matrices.js";
import { bitsOf } from "../network/integers.js";
import type { NetworkDescription } from "../network/network.js";
import { matrixLayers } from "../network/quantized-network.js";
import type { Shape } from "../network/shape.js";
import type { PlacedLayer } from "../mapping/place-network.js";

/** What one image makes a layer with weights do: enough to place it and to tell times and bytes, no weights. */
export interface LayerLoad extends PlacedLayer {
  /** The node whose map it takes; "input" is the image. */
  source: string;
  inShape: Shape;
  outShape: Shape;
  /** Bits of the activations that leave it, signed or not; undefined: logits leave it. */
  outputBits?: number;
}

/** The layers with weights of a network. A fully connected layer gives logits. @throws NAS_NETWORK_SHAPE */
export function loadsOfNetwork(network: Pick<NetworkDescription, "input" | "nodes">): LayerLoad[] {
  const nodes = matrixLayers(network);
  return graphMatrices(network).map(({ id, op, source, rows, outputs, inShape, outShape }, index) => {
    const node = nodes[index];
    const load = {
      id,
      op,
      source,
      rows,
      outputs,
      inputBits: bitsOf(network, source),
      weightBits: node.weightBits,
      inShape,
      outShape,
    };
    return node.op === "fc" ? load : { ...load, outputBits: node.outputBits };
  });
}

/** Input vectors of a layer an image. */
export function positionsOf({ outShape }: LayerLoad): number {
  return outShape.height * outShape.width;
}
