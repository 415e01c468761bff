import type { MatrixLayer, QuantizedNetwork, QuantizedPool } from "./quantize.js";

/**
 * The quantized network in plain integer loops: the specification that every faster path is held against. For one image.
 * @param image [height × width × channels] bytes in the network's input shape
 * @returns the real logits, and every node's activations by id
 */
export function runIntegerNetwork(
  network: QuantizedNetwork,
  image: Uint8Array,
): { logits: Float64Array; activations: Map<string, Uint8Array> } {
  const activations = new Map<string, Uint8Array>([["input", image]]);
  let logits = new Float64Array();
  for (const node of network.nodes) {
    const input = activations.get(node.source)!;
    if (node.op === "globalAveragePool") activations.set(node.id, poolReference(node, input));
    else {
      const sums = matrixReference(node, input);
      if (node.outputBits === undefined)
        logits = Float64Array.from(
          sums,
          (sum, index) => sum * node.multiplier[index % node.outputs] + node.offset[index % node.outputs],
        );
      else
        activations.set(
          node.id,
          Uint8Array.from(sums, (sum, index) => requantize(node, sum, index % node.outputs)),
        );
    }
  }
  return { logits, activations };
}

/** Exact sums of a matrix layer over one feature map: [positions × outputs]. */
export function matrixReference(layer: MatrixLayer, input: Uint8Array): Int32Array {
  const { inShape, outShape, kernelHeight, kernelWidth, stride, padding, rows, outputs, weights } = layer;
  const sums = new Int32Array(outShape.height * outShape.width * outputs);
  for (let y = 0; y < outShape.height; y++) {
    for (let x = 0; x < outShape.width; x++) {
      for (let output = 0; output < outputs; output++) {
        let sum = 0;
        for (let ky = 0; ky < kernelHeight; ky++) {
          for (let kx = 0; kx < kernelWidth; kx++) {
            const inY = y * stride + ky - padding;
            const inX = x * stride + kx - padding;
            if (inY < 0 || inX < 0 || inY >= inShape.height || inX >= inShape.width) continue;
            for (let channel = 0; channel < inShape.channels; channel++) {
              const row = (ky * kernelWidth + kx) * inShape.channels + channel;
              sum += input[(inY * inShape.width + inX) * inShape.channels + channel] * weights[output * rows + row];
            }
          }
        }
        sums[(y * outShape.width + x) * outputs + output] = sum;
      }
    }
  }
  return sums;
}

/** The activation that an accumulated sum becomes. */
export function requantize(layer: MatrixLayer, sum: number, output: number): number {
  const value = Math.floor(sum * layer.multiplier[output] + layer.offset[output] + 0.5);
  return Math.max(0, Math.min(2 ** layer.outputBits! - 1, value));
}

/** Global average pooling of one feature map. */
export function poolReference(pool: QuantizedPool, input: Uint8Array): Uint8Array {
  const { height, width, channels } = pool.inShape;
  return Uint8Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let position = 0; position < height * width; position++) sum += input[position * channels + channel];
    return Math.max(0, Math.min(2 ** pool.outputBits - 1, Math.floor(sum * pool.multiplier + 0.5)));
  });
}
