import { graphMatrices } from "../network/matrices.js";
import type { LayerGraph } from "../network/layer-graph.js";
import { matrixLayers, type QuantizedNetwork } from "../network/quantized-network.js";
import type { Shape } from "../network/shape.js";
import type { PlacedLayer } from "../mapping/place-network.js";

/** What one image makes a layer with weights do: enough to place it and to tell times and bytes, no weights. */
export interface LayerLoad extends PlacedLayer {
  inShape: Shape;
  outShape: Shape;
  /** Bits of the activations that leave it, signed or not; undefined: logits leave it. */
  outputBits?: number;
}

/** Bits of a network that is known by its shapes alone. */
export interface GraphBits {
  /** Bits of the signed weights. */
  weights: number;
  /** Unsigned bits of the activations between layers. */
  activations: number;
  /** Unsigned bits of the image. */
  image: number;
}

/** The layers with weights of a stored network. */
export function loadsOfNetwork(network: QuantizedNetwork): LayerLoad[] {
  return matrixLayers(network).map((layer): LayerLoad => {
    const { id, op, rows, outputs, inputBits, weightBits, inShape, outShape, outputBits } = layer;
    const load = { id, op, rows, outputs, inputBits, weightBits, inShape, outShape };
    return outputBits === undefined ? load : { ...load, outputBits };
  });
}

/** The layers with weights of a graph. A fully connected layer gives logits. @throws NAS_NETWORK_SHAPE */
export function loadsOfGraph(graph: LayerGraph, bits: GraphBits): LayerLoad[] {
  return graphMatrices(graph).map(({ id, op, source, rows, outputs, inShape, outShape }) => {
    const load: LayerLoad = {
      id,
      op,
      rows,
      outputs,
      inputBits: source === "input" ? bits.image : bits.activations,
      weightBits: bits.weights,
      inShape,
      outShape,
    };
    return op === "fc" ? load : { ...load, outputBits: bits.activations };
  });
}

/** Input vectors of a layer an image. */
export function positionsOf({ outShape }: LayerLoad): number {
  return outShape.height * outShape.width;
}
