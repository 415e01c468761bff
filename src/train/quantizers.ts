import type { NetworkNode } from "../network/network.js";
import {
  activationLevels,
  fakeQuantize,
  initialStep,
  type LevelRange,
  stepGradientScale,
  weightLevels,
} from "./lsq.js";
import { type Quantizers, type TrainingPass, trainingLogits } from "./model.js";
import type { Tensor, Tensorflow } from "./tensorflow.js";

/** LSQ on every weight and activation of a network, with the steps that `parameter` gives: trainable like the rest. */
export function lsqQuantizers(engine: Tensorflow, parameter: (name: string) => Tensor): Quantizers {
  return {
    weight(node, weight) {
      const levels = weightLevels(node.weightBits);
      const step = parameter(`${node.id}.weight_step`);
      return fakeQuantize(engine, weight, step, levels, stepGradientScale(weight.size, levels));
    },
    activation(node, activation) {
      const levels = activationLevels(node.outputBits);
      const step = parameter(`${node.id}.output_step`);
      const featuresPerSample = activation.size / activation.shape[0];
      return fakeQuantize(engine, activation, step, levels, stepGradientScale(featuresPerSample, levels));
    },
  };
}

/**
 * The steps to start LSQ from: of the weights as they are, of the activations on one batch [batch, height, width,
 * channels], each layer seeing what the quantized layers before it give.
 */
export function initialSteps(
  engine: Tensorflow,
  nodes: readonly NetworkNode[],
  parameter: (name: string) => Tensor,
  images: Tensor,
): Map<string, Float32Array> {
  const { tf } = engine;
  const steps = new Map<string, Float32Array>();
  const start = (name: string, values: Tensor, levels: LevelRange): Tensor => {
    const step = initialStep(engine, values, levels);
    steps.set(name, new Float32Array([step]));
    return fakeQuantize(engine, values, tf.tensor1d([step]), levels, 1);
  };
  const pass: TrainingPass = {
    engine,
    nodes,
    parameter,
    quantizers: {
      weight: (node, weight) => start(`${node.id}.weight_step`, weight, weightLevels(node.weightBits)),
      // The rectifier stands before the quantizer in the network, so its zeros count in the mean.
      activation: (node, activation) =>
        start(`${node.id}.output_step`, tf.relu(activation), activationLevels(node.outputBits)),
    },
    statistics: () => (mean, variance) => tf.dispose([mean, variance]),
  };
  tf.tidy(() => {
    trainingLogits(pass, images);
  });
  return steps;
}
