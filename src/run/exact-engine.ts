import { giveBack } from "../kernels/shared-buffers.js";
import type { KernelPool } from "../kernels/worker-pool.js";
import { unroll } from "../mapping/im2col.js";
import { matrixLayers, type QuantizedNetwork } from "../network/quantized-network.js";
import type { LayerEngine } from "./layer-engine.js";

/** The quantized network's own arithmetic: no array, no ADC, sums of products in 32-bit integers. */
export async function exactEngine(network: QuantizedNetwork, pool: KernelPool): Promise<LayerEngine> {
  const prefix = pool.ownerPrefix();
  for (const { id, weights, rows, outputs } of matrixLayers(network))
    await pool.prepareWeights(prefix + id, weights, rows, outputs);
  return {
    rounds: 1,
    batchesInFlight: 4,
    async addProducts({ layer, maps, images, sums }) {
      const vectors = images * layer.outShape.height * layer.outShape.width;
      const inputs = unroll(layer, maps, images);
      const products = await pool.products(prefix + layer.id, inputs, vectors);
      sums.set(products);
      giveBack(inputs);
      giveBack(products);
      return { reached: "complete", saturated: 0 };
    },
  };
}
