import type { MacroCall } from "./call-failure.js";

/** How long the calls of one kind took, of those that reached the driver. */
export interface CallTime {
  calls: number;
  /** Of them, those that failed. */
  failed: number;
  /** In the driver, of all calls together: calls that overlap count each in full. */
  seconds: number;
  longestSeconds: number;
  /** Held back by the guard, because others were under way. */
  waitSeconds: number;
}

/** Sums over a macro's calls, by kind. */
export type CallTimes = Readonly<Record<MacroCall, CallTime>>;

/** A stopwatch for calls. */
export class CallClock {
  readonly #times = new Map<MacroCall, CallTime>();

  /** Times a call's work; `madeAt`: when it was asked for, in milliseconds of performance.now(). */
  async time<T>(call: MacroCall, madeAt: number, work: () => Promise<T>): Promise<T> {
    const time = this.#of(call);
    const begun = performance.now();
    time.calls++;
    time.waitSeconds += (begun - madeAt) / 1000;
    try {
      return await work();
    } catch (error) {
      time.failed++;
      throw error;
    } finally {
      const seconds = (performance.now() - begun) / 1000;
      time.seconds += seconds;
      time.longestSeconds = Math.max(time.longestSeconds, seconds);
    }
  }

  /** What has been timed so far; a copy. */
  times(): CallTimes {
    const of = (call: MacroCall) => ({ ...this.#of(call) });
    return { configure: of("configure"), program: of("program"), readback: of("readback"), compute: of("compute") };
  }

  #of(call: MacroCall): CallTime {
    const time = this.#times.get(call) ?? { calls: 0, failed: 0, seconds: 0, longestSeconds: 0, waitSeconds: 0 };
    this.#times.set(call, time);
    return time;
  }
}
