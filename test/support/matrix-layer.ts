import type { MatrixLayer } from "../../src/network/quantized-network.js";

/** A layer fed by 1 × 1 maps: `rows` inputs and one column of weights for each output. */
export function denseLayer(weights: readonly (readonly number[])[], change: Partial<MatrixLayer> = {}): MatrixLayer {
  const rows = weights[0].length;
  const outputs = weights.length;
  return {
    id: "layer",
    op: "fc",
    source: "input",
    inShape: { height: 1, width: 1, channels: rows },
    outShape: { height: 1, width: 1, channels: outputs },
    kernelHeight: 1,
    kernelWidth: 1,
    stride: 1,
    padding: 0,
    rows,
    outputs,
    inputBits: 4,
    weightBits: 4,
    weights: Int16Array.from(weights.flat()),
    multiplier: new Float64Array(outputs).fill(1),
    offset: new Float64Array(outputs),
    ...change,
  };
}
