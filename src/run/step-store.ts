import type { RecordStore } from "../store/store.js";
import type { StoredStep } from "../store/stored-run.js";

/** The steps of one run in the record store: what is saved need not be done again. */
export class StepStore {
  readonly runId: string;
  readonly #store: RecordStore;
  readonly #known = new Map<string, Set<string>>();

  constructor(store: RecordStore, runId: string) {
    this.#store = store;
    this.runId = runId;
  }

  has(step: string, key: string): boolean {
    return this.#keys(step).has(key);
  }

  load(step: string, key: string): StoredStep | undefined {
    return this.#store.loadStep(this.runId, step, key);
  }

  save(
    step: string,
    key: string,
    output: { json?: unknown; blobs?: Record<string, Uint8Array> },
    seconds: number,
  ): void {
    this.#store.saveStep(this.runId, step, key, output, seconds);
    this.#keys(step).add(key);
  }

  /** What a step gave, computed once in the life of the run. */
  async once<T>(step: string, key: string, compute: () => Promise<T>): Promise<{ value: T; seconds: number }> {
    const saved = this.load(step, key);
    if (saved) return { value: saved.json as T, seconds: saved.seconds };
    const started = performance.now();
    const value = await compute();
    const seconds = (performance.now() - started) / 1000;
    this.save(step, key, { json: value }, seconds);
    return { value, seconds };
  }

  #keys(step: string): Set<string> {
    let keys = this.#known.get(step);
    if (!keys) this.#known.set(step, (keys = new Set(this.#store.stepKeys(this.runId, step))));
    return keys;
  }
}
