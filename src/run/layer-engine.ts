import type { MatrixLayer } from "../network/quantized-network.js";

/** Where a layer's matrix products come from: exact integers, or a macro through its placement. */
export interface LayerEngine {
  /** How often the whole set of images passes through, because not all tiles fit the macro at once. */
  readonly rounds: number;
  /** Batches that may be under way at once, so that threads compute while the host unrolls and requantizes. */
  readonly batchesInFlight: number;
  /**
   * Adds to `sums` what this round holds of the layer, and says how far that brings it: "absent" (none of its tiles is here),
   * "partial" (the rest follows in a later round) or "complete".
   * @param maps [images × height × width × channels] activations that enter the layer
   * @param firstImage place of the first of them in the run's images
   * @param sums [images × positions × outputs]
   */
  addProducts(request: {
    layer: MatrixLayer;
    round: number;
    maps: Uint8Array;
    images: number;
    firstImage: number;
    sums: Int32Array;
    signal?: AbortSignal;
  }): Promise<{ reached: "absent" | "partial" | "complete"; saturated: number }>;
}
