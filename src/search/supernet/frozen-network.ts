import { addAndRectify, foldRepeatedChannel } from "../../model/fused-layers.js";
import { convolveFrozen } from "../../model/frozen-layers.js";
import { maxPool } from "../../model/max-pool.js";
import { afterShortcut, fitForSum } from "../../model/shortcut-layer.js";
import { foldNorm, type NetworkValues } from "../../evaluate/inference.js";
import type { Tensor, Tensorflow } from "../../engine/tensorflow.js";
import { inputId } from "../../network/layer-graph.js";
import type { ConvNode, FcNode, NetworkNode } from "../../network/network.js";

/** A part of a trained network: [batch × its input] -> [batch × its last node's output], differentiable in the input. */
export type FrozenNetwork = (input: Tensor) => Tensor;

/**
 * Some consecutive nodes of a network in float, their weights as trained and their batch normalization by moving
 * statistics. Whatever is read from outside of them is the input. Without nodes: the input itself.
 * Call the result inside `tf.tidy`.
 */
export function frozenNetwork(engine: Tensorflow, nodes: readonly NetworkNode[], values: NetworkValues): FrozenNetwork {
  const { tf } = engine;
  const layers = nodes.map((node) => ({ node, apply: layerOf(engine, node, values) }));
  return (input) => {
    const outputs = new Map<string, Tensor>();
    const read = (id: string) => outputs.get(id) ?? input;
    let last = input;
    for (const { node, apply } of layers) {
      last = apply(node.inputs.map(read));
      outputs.set(node.id, last);
    }
    return nodes.length === 0 ? tf.clone(input) : last;
  };
}

type Apply = (inputs: Tensor[]) => Tensor;

function layerOf(engine: Tensorflow, node: NetworkNode, values: NetworkValues): Apply {
  const { tf } = engine;
  switch (node.op) {
    case "conv":
      return convolution(engine, node, values);
    case "add":
      return ([first, second]) => addAndRectify(engine, ...fitForSum(engine, first, second));
    case "shortcut":
      return ([input]) => afterShortcut(engine, node, input);
    case "pool":
      return ([input]) => maxPool(engine, node, input);
    case "globalAveragePool":
      return ([input]) => tf.mean(input, [1, 2]);
    case "fc":
      return classifier(engine, node, values);
  }
}

function convolution(engine: Tensorflow, node: ConvNode, values: NetworkValues): Apply {
  const { tf } = engine;
  const { scale, offset } = foldNorm(node, values);
  const scaled = values.get(`${node.id}.weight`)!.map((weight, index) => weight * scale[index % scale.length]);
  const shape = [node.kernel, node.kernel, node.inChannels, node.outChannels];
  return ([input]) => {
    const weight = foldRepeatedChannel(engine, tf.tensor(scaled, shape), input);
    return convolveFrozen(engine, node, input, { weight, offset: tf.tensor1d(offset) }, node.activation !== "none");
  };
}

function classifier({ tf }: Tensorflow, node: FcNode, values: NetworkValues): Apply {
  const weights = values.get(`${node.id}.weight`)!;
  const bias = values.get(`${node.id}.bias`)!;
  return ([input]) => {
    const flat = input.shape.length === 2 ? input : tf.reshape(input, [input.shape[0], -1]);
    return tf.add(tf.matMul(flat, tf.tensor2d(weights, [node.inFeatures, node.outFeatures])), tf.tensor1d(bias));
  };
}

/** The nodes with every reader of `from` reading the input instead. */
export function readingInput(nodes: readonly NetworkNode[], from: string): NetworkNode[] {
  const renamed = (id: string) => (id === from ? inputId : id);
  return nodes.map((node) => ({ ...node, inputs: node.inputs.map(renamed) }) as NetworkNode);
}
