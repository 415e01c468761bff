import { forwardNodes } from "../../model/model.js";
import type { StatisticsSink } from "../../model/fused-layers.js";
import { shortcut } from "../../model/shortcut-layer.js";
import type { Tensor, Tensorflow } from "../../engine/tensorflow.js";
import type { MixedLayer, MixedStage } from "./mixed-stage.js";

/** What a pass through a module needs. */
export interface MixturePass {
  engine: Tensorflow;
  stage: MixedStage;
  /** θ: the operators' tensors by name. */
  parameter: (name: string) => Tensor;
  /** What each layer's operators count, [operators] a layer, summing to 1. */
  shares: readonly Tensor[];
  /** Gets each convolution's batch statistics. */
  statistics: (nodeId: string) => StatisticsSink;
}

/**
 * S_i: [batch × the stage's input] -> [batch × its output], each layer the sum of its operators by their shares. "None" is
 * the identity, in the first layer the shortcut of the whole stage without parameters: subsampled, missing channels zeros. It
 * leads around the later layers, so that at shares of 0 and 1 the module is exactly the stage of a network of the space, an
 * empty one included.
 */
export function mixStage(pass: MixturePass, input: Tensor): Tensor {
  const { engine, stage, shares } = pass;
  const { tf } = engine;
  const parts = stage.layers.map(({ operators }, layer) => sharesOf(engine, shares[layer], operators.length));
  const [[aroundStage, ...firstShares]] = parts;
  // Of the operators that do something: they sum to 1 − the shortcut's share, which the rest of the chain then has.
  let map = mixLayer(pass, stage.layers[0], 0, firstShares, input, undefined);
  if (stage.layers.length > 1) {
    const within = tf.maximum(tf.sub(1, aroundStage), leastShare);
    map = tf.div(map, within);
    stage.layers.slice(1).forEach((layer, index) => {
      const [identity, ...own] = parts[index + 1];
      map = mixLayer(pass, layer, index + 1, own, map, identity);
    });
    map = tf.mul(map, within);
  }
  const { channels } = stage.input;
  // Images of one channel stand for the same channel repeated.
  const full = input.shape[3] === channels ? input : tf.tile(input, [1, 1, 1, channels]);
  const around = shortcut(engine, full, stage.output);
  return tf.add(map, tf.mul(around, aroundStage));
}

/** Keeps a stage that is all shortcut from being divided by 0; a softmax comes nowhere near. */
const leastShare = 1e-6;

/** The operators of one layer on its input; with `identity` the input itself has that share. */
function mixLayer(
  pass: MixturePass,
  { operators }: MixedLayer,
  layer: number,
  shares: readonly Tensor[],
  input: Tensor,
  identity: Tensor | undefined,
): Tensor {
  const { engine, parameter, statistics } = pass;
  const { tf } = engine;
  // The first layer's input is the frozen part's: no gradient goes there.
  const inputNeedsGradient = layer > 0;
  const outputs = operators.slice(1).map(({ nodes }, operator) => {
    const output = forwardNodes({ engine, nodes, parameter, statistics, inputNeedsGradient }, input).last;
    return tf.mul(output, shares[operator]);
  });
  if (identity !== undefined) outputs.push(tf.mul(input, identity));
  return tf.addN(outputs);
}

/** A layer's shares as scalars. */
function sharesOf({ tf }: Tensorflow, shares: Tensor, count: number): Tensor[] {
  return Array.from({ length: count }, (_, operator) => tf.reshape(tf.slice(shares, operator, 1), []));
}
