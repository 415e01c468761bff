import { setTimeout as sleep } from "node:timers/promises";

/** Timers are no finer than this, so shorter times are saved up. */
const leastSleepMs = 2;

/** Lets the time pass that real hardware would take. What is owed adds up, so that many short works take their sum. */
export class MacroTime {
  #freeAtMs = 0;

  /** Waits until work of so many ns would be done. */
  async spend(ns: number): Promise<void> {
    if (ns === 0) return;
    const nowMs = performance.now();
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + ns / 1e6;
    if (this.#freeAtMs - nowMs >= leastSleepMs) await sleep(this.#freeAtMs - nowMs);
  }
}
