import {
  inputOf,
  outputRange,
  type FeatureMap,
  type MatrixLayer,
  type QuantizedAdd,
  type QuantizedMaxPool,
  type QuantizedNetwork,
  type QuantizedPool,
} from "./quantized-network.js";
import { fitMaps } from "./shortcut.js";

/**
 * The quantized network in plain integer loops: the specification that every faster path is held against. For one image.
 * @param image [height × width × channels] bytes in the network's input shape
 * @returns the real logits, and every node's activations by id
 */
export function runIntegerNetwork(
  network: QuantizedNetwork,
  image: Uint8Array,
): { logits: Float64Array; activations: Map<string, FeatureMap> } {
  const activations = new Map<string, FeatureMap>([["input", image]]);
  let logits = new Float64Array();
  for (const node of network.nodes) {
    switch (node.op) {
      case "globalAveragePool":
        activations.set(node.id, poolReference(node, inputOf(node, activations)!));
        break;
      case "pool":
        activations.set(node.id, maxPoolReference(node, inputOf(node, activations)!));
        break;
      case "shortcut":
        activations.set(node.id, fitMaps(inputOf(node, activations)!, node.inShape, node.outShape));
        break;
      case "add":
        activations.set(node.id, addReference(node, ...pair(node, activations)));
        break;
      case "conv":
      case "fc": {
        const sums = matrixReference(node, inputOf(node, activations)!);
        if (node.outputBits === undefined) logits = logitsReference(node, sums);
        else activations.set(node.id, activationsReference(node, sums));
      }
    }
  }
  return { logits, activations };
}

function pair({ sources: [a, b] }: QuantizedAdd, activations: ReadonlyMap<string, FeatureMap>) {
  return [activations.get(a)!, activations.get(b)!] as const;
}

function logitsReference({ multiplier, offset, outputs }: MatrixLayer, sums: Int32Array): Float64Array<ArrayBuffer> {
  return Float64Array.from(sums, (sum, index) => sum * multiplier[index % outputs] + offset[index % outputs]);
}

function activationsReference(layer: MatrixLayer, sums: Int32Array): FeatureMap {
  const values = Array.from(sums, (sum, index) => requantize(layer, sum, index % layer.outputs));
  return layer.isSigned ? Int8Array.from(values) : Uint8Array.from(values);
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
  const { lowest, highest } = outputRange(layer);
  const value = Math.floor(sum * layer.multiplier[output] + layer.offset[output] + 0.5);
  return Math.max(lowest, Math.min(highest, value));
}

/** The sum of two feature maps. */
export function addReference(add: QuantizedAdd, a: FeatureMap, b: FeatureMap): Uint8Array {
  const { highest } = outputRange(add);
  const [scaleA, scaleB] = add.multipliers;
  const [mapA, mapB] = [fitMaps(a, add.inShapes[0], add.outShape), fitMaps(b, add.inShapes[1], add.outShape)];
  return Uint8Array.from(mapA, (value, index) =>
    Math.max(0, Math.min(highest, Math.floor(value * scaleA + mapB[index] * scaleB + 0.5))),
  );
}

/** Max pooling of one feature map; what lies beyond it counts as 0. */
export function maxPoolReference(pool: QuantizedMaxPool, input: Uint8Array): Uint8Array {
  const { inShape, outShape, kernel, stride, padding } = pool;
  const { channels } = inShape;
  const pooled = new Uint8Array(outShape.height * outShape.width * channels);
  for (let y = 0; y < outShape.height; y++) {
    for (let x = 0; x < outShape.width; x++) {
      for (let ky = 0; ky < kernel; ky++) {
        for (let kx = 0; kx < kernel; kx++) {
          const inY = y * stride + ky - padding;
          const inX = x * stride + kx - padding;
          if (inY < 0 || inX < 0 || inY >= inShape.height || inX >= inShape.width) continue;
          for (let channel = 0; channel < channels; channel++) {
            const at = (y * outShape.width + x) * channels + channel;
            pooled[at] = Math.max(pooled[at], input[(inY * inShape.width + inX) * channels + channel]);
          }
        }
      }
    }
  }
  return pooled;
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
