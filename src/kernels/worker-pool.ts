import { Worker } from "node:worker_threads";
import { messageOf, NasError } from "../base/errors.js";
import { takeShared } from "./shared-buffers.js";
import type { KernelCall, KernelResult, KernelTile } from "./tile-kernel.js";
import type { WorkerAnswer, WorkerRequest } from "./worker.js";

type Unnumbered<T> = T extends unknown ? Omit<T, "job"> : never;

/** What is kept on every thread under an id. */
type Preparation = Extract<Unnumbered<WorkerRequest>, { kind: "prepare" | "prepareWeights" }>;

interface Pending {
  resolve(answer: { saturated?: number }): void;
  reject(error: unknown): void;
}

interface Thread {
  worker: Worker;
  waiting: Map<number, Pending>;
  /** Why it answers no more. */
  ended?: NasError;
}

/**
 * The fast kernel on worker threads. Prepared tiles stand on every thread; each batch goes to the thread with the least
 * waiting work, or to a new one where all have work: there are never more threads than work. Results do not depend on
 * their number: a batch's noise is keyed, not drawn.
 */
export class KernelPool implements AsyncDisposable {
  /** Most threads there may be. */
  readonly threads: number;
  readonly #workers: Thread[] = [];
  /** What every thread holds, by id: a thread that starts later is told. */
  readonly #held = new Map<string, Preparation>();
  /** ADC outputs (or matrix outputs) by id: how much room an answer needs. */
  readonly #outputs = new Map<string, number>();
  #nextJob = 0;
  #nextOwner = 0;
  #isClosed = false;

  /** @param threads most threads, at least 1 */
  constructor(threads: number) {
    this.threads = threads;
  }

  /** Threads that have been started so far. */
  get startedThreads(): number {
    return this.#workers.length;
  }

  /** A prefix for ids that no other user of this pool has. */
  ownerPrefix(): string {
    return `${this.#nextOwner++}/`;
  }

  async prepare(id: string, tile: KernelTile): Promise<void> {
    await this.#prepareEverywhere({ kind: "prepare", id, tile }, tile.outputs);
  }

  async prepareWeights(id: string, weights: Int16Array, rows: number, outputs: number): Promise<void> {
    await this.#prepareEverywhere({ kind: "prepareWeights", id, weights, rows, outputs }, outputs);
  }

  async release(id: string): Promise<void> {
    this.#outputs.delete(id);
    this.#held.delete(id);
    await Promise.all(this.#workers.map((_, index) => this.#ask(index, { kind: "release", id })));
  }

  /** The values lie in shared memory; who is done with them may give it back (shared-buffers.ts). */
  async run(id: string, call: KernelCall): Promise<KernelResult> {
    const values = this.#roomFor(id, call.vectors * (call.want === "codes" ? call.bits : 1));
    const { saturated } = await this.#ask(this.#freest(), { kind: "run", id, call, values });
    return { values, saturated: saturated! };
  }

  /** As `run`, in exact integers: [vectors × outputs]. */
  async products(id: string, data: Uint8Array, vectors: number): Promise<Int32Array> {
    const values = this.#roomFor(id, vectors);
    await this.#ask(this.#freest(), { kind: "products", id, data, vectors, values });
    return values;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#workers.map(({ worker }) => worker.terminate()));
  }

  #roomFor(id: string, lines: number): Int32Array {
    return new Int32Array(takeShared(4 * lines * (this.#outputs.get(id) ?? 0)));
  }

  /** The thread with the least waiting work; a new one where every one has some. */
  #freest(): number {
    let best = 0;
    for (let index = 1; index < this.#workers.length; index++) {
      if (this.#workers[index].waiting.size < this.#workers[best].waiting.size) best = index;
    }
    const isFree = this.#workers[best]?.waiting.size === 0;
    return isFree || this.#workers.length === this.threads ? best : this.#start();
  }

  /** Starts a thread that holds what all others hold; gives its place. */
  #start(): number {
    if (this.#isClosed) throw failed("the pool is closed");
    const index = this.#workers.push(startThread()) - 1;
    // Where the thread ends early the work that it was started for says so.
    for (const preparation of this.#held.values()) this.#ask(index, preparation).catch(() => undefined);
    return index;
  }

  async #prepareEverywhere(preparation: Preparation, outputs: number): Promise<void> {
    if (this.#workers.length === 0) this.#start();
    // Threads that start meanwhile are told, too.
    for (let told = 0; told < this.#workers.length;) {
      const next = this.#workers.slice(told).map((_, index) => this.#ask(told + index, preparation));
      told = this.#workers.length;
      await Promise.all(next);
    }
    // Only now: where it is refused, what stood under this id before still holds.
    this.#held.set(preparation.id, preparation);
    this.#outputs.set(preparation.id, outputs);
  }

  #ask(index: number, request: Unnumbered<WorkerRequest>): Promise<{ saturated?: number }> {
    const { worker, waiting, ended } = this.#workers[index];
    // Nobody would ever answer.
    if (ended) return Promise.reject(ended);
    const job = this.#nextJob++;
    return new Promise((resolve, reject) => {
      worker.postMessage({ ...request, job });
      waiting.set(job, { resolve, reject });
      worker.ref();
    });
  }
}

function startThread(): Thread {
  const worker = new Worker(new URL("./worker.js", import.meta.url));
  const thread: Thread = { worker, waiting: new Map() };
  const { waiting } = thread;
  // An idle pool must not keep the process alive; a waiting job does (see #ask).
  worker.unref();
  worker.on("message", (answer: WorkerAnswer) => {
    const pending = waiting.get(answer.job);
    waiting.delete(answer.job);
    if (waiting.size === 0) worker.unref();
    if ("failure" in answer) pending?.reject(failed(answer.failure));
    else pending?.resolve(answer);
  });
  const end = (message: string, cause?: unknown) => {
    thread.ended ??= failed(message, cause);
    for (const pending of waiting.values()) pending.reject(thread.ended);
    waiting.clear();
  };
  worker.on("error", (error) => end(messageOf(error), error));
  worker.on("exit", (code) => end(`it ended with code ${code}`));
  return thread;
}

function failed(message: string, cause?: unknown): NasError {
  return new NasError("NAS_KERNEL_FAILED", `a kernel thread failed: ${message}`, {
    hint: "run with --threads 1 and report it",
    cause,
  });
}

let shared: { pool: KernelPool; users: number } | undefined;

/**
 * The process's one pool, shared by all simulated macros: made by the first user, ended with the last. A later user
 * gets the threads of the first.
 */
export function sharePool(threads: number): { pool: KernelPool } & AsyncDisposable {
  shared ??= { pool: new KernelPool(threads), users: 0 };
  const lease = shared;
  lease.users++;
  let held = true;
  return {
    pool: lease.pool,
    async [Symbol.asyncDispose]() {
      if (!held) return;
      held = false;
      lease.users--;
      if (lease.users > 0) return;
      if (shared === lease) shared = undefined;
      await lease.pool[Symbol.asyncDispose]();
    },
  };
}
