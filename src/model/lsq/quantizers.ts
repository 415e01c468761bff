import type { QuantizingNode } from "../../network/integers.js";
import type { NetworkNode } from "../../network/network.js";
import {
  activationLevels,
  fakeQuantize,
  initialStep,
  type LevelRange,
  signedActivationLevels,
  stepGradientScale,
  weightLevels,
} from "./lsq.js";
import { type Quantizers, type TrainingPass, trainingOutput } from "../model.js";
import { fusedKernel } from "./quantizer-kernel.js";
import type { Tensor, Tensorflow } from "../../engine/tensorflow.js";

/** The levels of the activations that leave a node: signed behind a convolution without a rectifier, else unsigned. */
export function outputLevels(node: QuantizingNode): LevelRange {
  const isSigned = node.op === "conv" && node.activation === "none";
  return isSigned ? signedActivationLevels(node.outputBits) : activationLevels(node.outputBits);
}

/**
 * LSQ on every weight and activation of a network, with the steps that `parameter` gives: trainable like the rest.
 * Weights take the plain kernel, which rounds them to the very integers of an export; activations the fused one.
 */
export function lsqQuantizers(engine: Tensorflow, parameter: (name: string) => Tensor): Quantizers {
  return {
    weight(node, weight) {
      const levels = weightLevels(node.weightBits);
      const step = parameter(`${node.id}.weight_step`);
      return fakeQuantize(engine, weight, step, levels, {
        gradientScale: stepGradientScale(weight.size / step.size, levels),
      });
    },
    activation(node, activation) {
      const levels = outputLevels(node);
      const step = parameter(`${node.id}.output_step`);
      const featuresPerSample = activation.size / activation.shape[0];
      const gradientScale = stepGradientScale(featuresPerSample, levels);
      return fakeQuantize(engine, activation, step, levels, { gradientScale, kernel: fusedKernel(engine) });
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
  const quantize = (name: string, values: Tensor, levels: LevelRange, step: Float32Array): Tensor => {
    steps.set(name, step);
    return fakeQuantize(engine, values, tf.tensor1d(step), levels, { gradientScale: 1 });
  };
  const pass: TrainingPass = {
    engine,
    nodes,
    parameter,
    quantizers: {
      weight(node, weight) {
        const levels = weightLevels(node.weightBits);
        const step = initialStep(engine, weight, levels, node.weightStepPer);
        return quantize(`${node.id}.weight_step`, weight, levels, step);
      },
      activation(node, activation) {
        const levels = outputLevels(node);
        // Where a rectifier stands before the quantizer its zeros count in the mean.
        const values = levels.below === 0 ? tf.relu(activation) : activation;
        return quantize(`${node.id}.output_step`, values, levels, initialStep(engine, values, levels));
      },
    },
    statistics: () => (mean, variance) => tf.dispose([mean, variance]),
  };
  tf.tidy(() => {
    trainingOutput(pass, images);
  });
  return steps;
}
