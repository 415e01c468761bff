import { giveBack } from "../kernels/digital.js";
import type { KernelPool } from "../kernels/worker-pool.js";
import { unroll } from "../mapping/im2col.js";
import type { QuantizedNetwork } from "../network/quantize.js";
import type { LayerEngine } from "./layer-engine.js";

/** The quantized network's own arithmetic: no array, no ADC, sums of products in 32-bit integers. */
export async function exactEngine(network: QuantizedNetwork, pool: KernelPool): Promise<LayerEngine> {
  const prefix = pool.ownerPrefix();
  for (const node of network.nodes) {
    if (node.op !== "globalAveragePool")
      await pool.prepareWeights(prefix + node.id, node.weights, node.rows, node.outputs);
  }
  return {
    rounds: 1,
    batchesInFlight: 4,
    async addProducts({ layer, maps, images, sums }) {
      const vectors = images * layer.outShape.height * layer.outShape.width;
      const inputs = unroll(layer, maps, images);
      sums.set(await pool.products(prefix + layer.id, inputs, vectors));
      giveBack(inputs);
      return { reached: "complete", saturated: 0 };
    },
  };
}
