import type { QuantizingNode } from "../network/integers.js";
import { inputId } from "../network/layer-graph.js";
import type { ConvNode, FcNode, NetworkNode } from "../network/network.js";
import { addAndRectify, convolveAndNormalize, foldRepeatedChannel, type StatisticsSink } from "./fused-layers.js";
import type { Disturbance } from "./noise/disturbance.js";
import { straightThrough } from "./noise/straight-through.js";
import { maxPool } from "./max-pool.js";
import { afterShortcut, fitForSum } from "./shortcut-layer.js";
import type { Tensor, Tensorflow } from "../engine/tensorflow.js";

/** How the values of a network are quantized on the way; each function gets the node it works for. */
export interface Quantizers {
  weight(node: ConvNode | FcNode, weight: Tensor): Tensor;
  /** Gets activations before the rectifier: where the node has one, clipping at 0 is the quantizer's work. */
  activation(node: QuantizingNode, activation: Tensor): Tensor;
}

/** What a training pass through a network needs. */
export interface TrainingPass {
  engine: Tensorflow;
  nodes: readonly NetworkNode[];
  /** The tensor of this name, for example "conv1.weight". */
  parameter: (name: string) => Tensor;
  /** Absent in float. */
  quantizers?: Quantizers;
  /** Absent where hardware is as it should be. */
  disturbance?: Disturbance;
  /** Whether to compute the network rotated by 180°, which is faster where `isRotatable`; not with a disturbance. */
  isRotated?: boolean;
  /** Gets each convolution's batch statistics. */
  statistics: (nodeId: string) => StatisticsSink;
  /** Whether the gradient goes on into what enters, as where other layers stand before it; images need none. */
  inputNeedsGradient?: boolean;
}

/** What a network gives for a batch in training, differentiable in every parameter. */
export interface TrainingOutput {
  /** [batch, classes]. */
  logits: Tensor;
  /** What the classifier reads, [batch, features]. */
  features: Tensor;
}

/**
 * Takes images [batch, height, width, channels] through a network in training, with batch normalization by the batch's own
 * statistics. Call it inside `tf.tidy`.
 */
export function trainingOutput(pass: TrainingPass, images: Tensor): TrainingOutput {
  const { last, features } = forwardNodes(pass, images);
  return { logits: last, features };
}

/**
 * The same for any nodes in a row, a part of a network: what the last of them gives of the `images`, or maps, that enter as
 * "input".
 */
export function forwardNodes(pass: TrainingPass, images: Tensor): { last: Tensor; features: Tensor } {
  const { tf } = pass.engine;
  const shown = pass.isRotated ? tf.reverse(images, [1, 2]) : images;
  const outputs = new Map<string, Tensor>([[inputId, shown]]);
  let last = images;
  let features = images;
  for (const node of pass.nodes) {
    const [input, other] = node.inputs.map((id) => outputs.get(id)!);
    switch (node.op) {
      case "conv":
        last = trainConv(pass, node, input);
        break;
      case "add": {
        const [first, second] = fitForSum(pass.engine, input, other);
        last = pass.quantizers
          ? pass.quantizers.activation(node, tf.add(first, second))
          : addAndRectify(pass.engine, first, second);
        break;
      }
      case "pool":
        last = maxPool(pass.engine, node, input);
        break;
      case "shortcut":
        last = afterShortcut(pass.engine, node, input);
        break;
      case "globalAveragePool": {
        const pooled = tf.mean(input, [1, 2]);
        last = pass.quantizers ? pass.quantizers.activation(node, pooled) : pooled;
        break;
      }
      case "fc":
        features = flat(pass.engine, input);
        last = tf.add(fcSums(pass, node, features), pass.parameter(`${node.id}.bias`));
        break;
    }
    outputs.set(node.id, last);
  }
  return { last, features };
}

function trainConv(pass: TrainingPass, node: ConvNode, input: Tensor): Tensor {
  const { disturbance, engine, isRotated } = pass;
  const norm = { gamma: pass.parameter(`${node.id}.bn.gamma`), beta: pass.parameter(`${node.id}.bn.beta`) };
  const upright = foldRepeatedChannel(engine, weightOf(pass, node), input);
  const weight = isRotated ? engine.tf.reverse(upright, [0, 1]) : upright;
  const normalized = convolveAndNormalize(
    engine,
    { ...node, isRotated },
    input,
    { weight, ...norm },
    {
      relu: pass.quantizers === undefined && node.activation !== "none",
      imagesNeedGradient: pass.inputNeedsGradient === true || node.inputs[0] !== inputId,
      statistics: pass.statistics(node.id),
      replaceSums: disturbance && ((sums, images) => disturbance.sums(node, sums, images)),
    },
  );
  return pass.quantizers ? pass.quantizers.activation(node, normalized) : normalized;
}

function fcSums(pass: TrainingPass, node: FcNode, features: Tensor): Tensor {
  const { engine, disturbance } = pass;
  const sums = engine.tf.matMul(features, weightOf(pass, node));
  return disturbance ? straightThrough(engine, sums, (exact) => disturbance.sums(node, exact, features)) : sums;
}

function weightOf({ parameter, quantizers, disturbance }: TrainingPass, node: ConvNode | FcNode): Tensor {
  const weight = parameter(`${node.id}.weight`);
  const quantized = quantizers ? quantizers.weight(node, weight) : weight;
  return disturbance ? disturbance.weight(node, quantized) : quantized;
}

function flat({ tf }: Tensorflow, input: Tensor): Tensor {
  return input.shape.length === 2 ? input : tf.reshape(input, [input.shape[0], -1]);
}
