import { parentPort } from "node:worker_threads";
import { messageOf } from "../base/errors.js";
import { WasmKernel } from "./wasm-kernel.js";
import type { KernelCall, KernelTile } from "./tile-kernel.js";

/** What a worker is asked; `job` comes back with the answer. */
export type WorkerRequest = { job: number } & (
  | { kind: "prepare"; id: string; tile: KernelTile }
  | { kind: "prepareWeights"; id: string; weights: Int16Array; rows: number; outputs: number }
  | { kind: "release"; id: string }
  // Results go into shared memory of the asker's, so that nothing is copied between threads.
  | { kind: "run"; id: string; call: KernelCall; values: Int32Array }
  | { kind: "products"; id: string; data: Uint8Array; vectors: number; values: Int32Array }
);

export type WorkerAnswer = { job: number } & ({ saturated?: number } | { failure: string });

const port = parentPort;
if (port) {
  const kernel = new WasmKernel();
  port.on("message", (request: WorkerRequest) => {
    try {
      port.postMessage(serve(kernel, request));
    } catch (error) {
      port.postMessage({ job: request.job, failure: messageOf(error) } satisfies WorkerAnswer);
    }
  });
}

function serve(kernel: WasmKernel, request: WorkerRequest): WorkerAnswer {
  const { job } = request;
  switch (request.kind) {
    case "prepare":
      kernel.prepare(request.id, request.tile);
      return { job };
    case "prepareWeights":
      kernel.prepareWeights(request.id, request.weights, request.rows, request.outputs);
      return { job };
    case "release":
      kernel.release(request.id);
      return { job };
    case "run":
      return { job, saturated: kernel.run(request.id, request.call, request.values).saturated };
    case "products":
      kernel.products(request.id, request.data, request.vectors, request.values);
      return { job };
  }
}
