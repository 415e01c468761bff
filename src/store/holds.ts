import { join } from "node:path";
import { NasError } from "../base/errors.js";
import { RunLock } from "./run-lock.js";

/** What of one kind this process holds: whoever creates or claims a run, a training or a search holds it, and the holder alone writes to it. */
export class Holds {
  readonly #folder: string;
  readonly #kind: "run" | "training" | "search";
  readonly #locks = new Map<string, RunLock>();

  /** @param folder the store's */
  constructor(folder: string, kind: "run" | "training" | "search") {
    this.#folder = folder;
    this.#kind = kind;
  }

  has(id: string): boolean {
    return this.#locks.has(id);
  }

  /** Whether a live process holds it, this one or another. */
  isHeld(id: string): boolean {
    return this.has(id) || RunLock.isHeld(this.#path(id));
  }

  /**
   * Takes the lock, for good where `enter` succeeds. `holder` tells of the row of whoever holds it, for the error.
   * @throws NAS_RUN_RESUME where another live process holds it; what `enter` throws
   */
  take(id: string, enter: () => unknown, holder: () => { processId?: number; claimedAt?: string } = () => ({})): void {
    const lock = RunLock.take(this.#path(id));
    if (lock === undefined) throw this.#busy(id, holder());
    try {
      enter();
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
    this.#locks.set(id, lock);
  }

  /** @throws NAS_RUN_RESUME where this process does not hold it */
  mustHold(id: string): void {
    if (this.has(id)) return;
    throw new NasError("NAS_RUN_RESUME", `${this.#kind} ${id} is not held by this process`, {
      hint: `create or claim a ${this.#kind}, by its whole id, before writing to it`,
      context: { id },
    });
  }

  release(id: string): void {
    this.#locks.get(id)?.[Symbol.dispose]();
    this.#locks.delete(id);
  }

  releaseAll(): void {
    for (const id of [...this.#locks.keys()]) this.release(id);
  }

  #path(id: string): string {
    return join(this.#folder, "locks", `${id}.lock`);
  }

  #busy(id: string, { processId, claimedAt }: { processId?: number; claimedAt?: string }): NasError {
    const who = processId === undefined ? "" : ` (process ${processId}, since ${String(claimedAt)})`;
    return new NasError("NAS_RUN_RESUME", `${this.#kind} ${id} is being worked on by another process${who}`, {
      hint: "wait until it has finished, or end that process first",
      context: { id, processId, claimedAt },
    });
  }
}
