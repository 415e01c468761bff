import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "../base/errors.js";
import { convertReference, type SumLines } from "../kernels/reference.js";
import type { KernelCall, KernelResult, KernelTile } from "../kernels/tile-kernel.js";

/** Between two looks at the signal, and two chances for the rest of the program. */
const vectorsAtOnce = 32;

/** A batch on the slow path: the specification itself, with the lines of a whole array. @throws NAS_INTERRUPTED */
export async function convertSlowly(
  tile: KernelTile,
  sumLines: SumLines,
  call: KernelCall,
  signal?: AbortSignal,
): Promise<KernelResult> {
  const { vectors, bits, data, firstVector, want } = call;
  const perVector = want === "codes" ? bits * tile.outputs : tile.outputs;
  const values = new Int32Array(vectors * perVector);
  let saturated = 0;
  for (let from = 0; from < vectors; from += vectorsAtOnce) {
    await setImmediate();
    throwIfAborted(signal);
    const to = Math.min(vectors, from + vectorsAtOnce);
    const part = { ...call, vectors: to - from, firstVector: firstVector + from };
    const result = convertReference(tile, { ...part, data: data.subarray(from * tile.rows, to * tile.rows) }, sumLines);
    values.set(result.values, from * perVector);
    saturated += result.saturated;
  }
  return { values, saturated };
}
