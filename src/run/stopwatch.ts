import type { StepTiming } from "../record/run-document.js";

/** Adds up how long each step took, in the order in which steps first appeared. */
export class Stopwatch {
  readonly #seconds = new Map<string, number>();

  add(step: string, seconds: number): void {
    this.#seconds.set(step, (this.#seconds.get(step) ?? 0) + seconds);
  }

  time<T>(step: string, work: () => T): T {
    const started = performance.now();
    try {
      return work();
    } finally {
      this.add(step, (performance.now() - started) / 1000);
    }
  }

  async timeAsync<T>(step: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.add(step, (performance.now() - started) / 1000);
    }
  }

  timings(): StepTiming[] {
    return [...this.#seconds].map(([step, seconds]) => ({ step, seconds }));
  }
}
