import type { QuantizingNode } from "../../../src/network/integers.js";
import type { ConvNode, FcNode, NetworkDescription } from "../../../src/network/network.js";
import { trainingOutput } from "../../../src/model/model.js";
import { statisticSlots, parameterSlots } from "../../../src/model/parameter-table.js";
import { initialSteps, lsqQuantizers } from "../../../src/model/lsq/quantizers.js";
import type { Tensor, Tensorflow } from "../../../src/engine/tensorflow.js";

/** What training's own forward pass computes for a batch, with everything that its quantizers saw. */
export interface FakeQuantizedPass {
  /** Parameters with steps, and the batch's statistics as the moving ones: what an export of this network takes. */
  values: Map<string, Float32Array>;
  /** By node id, the integers output / step that the quantizer chose: weights in their own order. */
  weights: Map<string, number[]>;
  /** By node id: activations [images × height × width × channels] as integers, and before rounding in units of the step. */
  activations: Map<string, { integers: number[]; ratios: number[] }>;
  logits: number[];
}

/**
 * One fake-quantized training pass over image bytes [images × height × width × channels], with LSQ's first steps. The
 * batch's mean and biased variance, by which the pass normalizes, are given as moving statistics: so a network exported
 * from `values` must do to these images what the pass did.
 */
export function fakeQuantizedPass(
  engine: Tensorflow,
  description: NetworkDescription,
  parameters: ReadonlyMap<string, Float32Array>,
  bytes: Uint8Array,
): FakeQuantizedPass {
  const { tf } = engine;
  const { nodes, input } = description;
  const { height, width, channels, step } = input;
  const shapes = new Map(parameterSlots(nodes, true).map(({ name, shape }) => [name, shape]));
  const values = new Map(parameters);
  const weights: FakeQuantizedPass["weights"] = new Map();
  const activations: FakeQuantizedPass["activations"] = new Map();
  const logits = tf.tidy(() => {
    const count = bytes.length / (height * width * channels);
    const pixels = Float32Array.from(bytes, (byte) => byte * step);
    const images = tf.tensor4d(pixels, [count, height, width, channels]);
    const parameter = (name: string) => tf.tensor(values.get(name)!, shapes.get(name));
    for (const [name, steps] of initialSteps(engine, nodes, parameter, images)) values.set(name, steps);
    const lsq = lsqQuantizers(engine, parameter);
    const inSteps = (tensor: Tensor, name: string) => {
      const steps = values.get(name)!;
      return Array.from(tensor.dataSync(), (real, index) => real / steps[index % steps.length]);
    };
    const quantizers = {
      weight(node: ConvNode | FcNode, weight: Tensor) {
        const quantized = lsq.weight(node, weight);
        weights.set(node.id, inSteps(quantized, `${node.id}.weight_step`).map(wholeNumber));
        return quantized;
      },
      activation(node: QuantizingNode, activation: Tensor) {
        const quantized = lsq.activation(node, activation);
        const name = `${node.id}.output_step`;
        const integers = inSteps(quantized, name).map(wholeNumber);
        activations.set(node.id, { integers, ratios: inSteps(activation, name) });
        return quantized;
      },
    };
    const statistics = (id: string) => (mean: Tensor, variance: Tensor) => {
      values.set(`${id}.bn.mean`, Float32Array.from(mean.dataSync()));
      values.set(`${id}.bn.variance`, Float32Array.from(variance.dataSync()));
      tf.dispose([mean, variance]);
    };
    return Array.from(trainingOutput({ engine, nodes, parameter, quantizers, statistics }, images).logits.dataSync());
  });
  // The pass reports the unbiased variance, of n − 1 samples, but normalizes by the biased one, of n.
  for (const { name, size } of statisticSlots(nodes).filter((slot) => slot.name.endsWith(".variance"))) {
    const samples = activations.get(name.slice(0, -".bn.variance".length))!.integers.length / size;
    values.set(
      name,
      values.get(name)!.map((variance) => (variance * (samples - 1)) / samples),
    );
  }
  return { values, weights, activations, logits };
}

/** The integer that a float32 product with its step came from; 0 and never −0. */
function wholeNumber(ratio: number): number {
  return Math.round(ratio) + 0;
}
