import { NasError, throwIfAborted } from "../base/errors.js";

/** What a call works on. */
export interface CallUse {
  arrays: readonly number[];
  /** Whether it changes them, so that it may overlap with no other call on one of them. */
  changes: boolean;
}

interface Call extends CallUse {
  signal?: AbortSignal;
  isUnderWay: boolean;
  begin: () => void;
  refuse: (reason: NasError) => void;
}

/**
 * Lets calls in, so many at once. Calls on one array take effect in the order in which they were made: one that changes
 * an array waits for the earlier ones on it, and the later ones wait for it.
 */
export class CallQueue {
  readonly #most: number;
  /** Under way or waiting, in the order in which they were made. */
  readonly #calls = new Set<Call>();
  /** Signals that are listened to, and how to stop. */
  readonly #signals = new Map<AbortSignal, () => void>();
  #drained: () => void = () => undefined;

  /** @param most calls under way at once, at least 1 */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Does a call's work in its turn.
   * @throws NAS_INTERRUPTED where the signal fires before that; once the work has begun, the signal is the work's business
   */
  async run<T>(use: CallUse, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    throwIfAborted(signal);
    let call!: Call;
    const turn = new Promise<void>((begin, refuse) => (call = { ...use, signal, isUnderWay: false, begin, refuse }));
    if (signal) this.#listen(signal);
    this.#calls.add(call);
    this.#beginWhatMay();
    try {
      await turn;
      return await work();
    } finally {
      this.#calls.delete(call);
      this.#beginWhatMay();
      if (this.#calls.size === 0) this.#drained();
    }
  }

  /** Refuses the calls that wait, and ends when none is under way any more. */
  async drain(reason: NasError): Promise<void> {
    // A job's signal outlives its macros.
    for (const stop of this.#signals.values()) stop();
    this.#signals.clear();
    if (this.#calls.size === 0) return;
    const drained = new Promise<void>((resolve) => (this.#drained = resolve));
    this.#refuse(reason);
    await drained;
  }

  /** Once a signal: a job's calls share theirs, and Node warns of a signal with many listeners. */
  #listen(signal: AbortSignal): void {
    if (this.#signals.has(signal)) return;
    const refuse = () => this.#refuse(interrupted(), signal);
    this.#signals.set(signal, () => signal.removeEventListener("abort", refuse));
    signal.addEventListener("abort", refuse, { once: true });
  }

  /** Refuses the calls that wait, those with this signal alone where one is given. */
  #refuse(reason: NasError, signal?: AbortSignal): void {
    for (const call of this.#calls)
      if (!call.isUnderWay && (signal === undefined || call.signal === signal)) call.refuse(reason);
  }

  #beginWhatMay(): void {
    const before: Call[] = [];
    let underWay = 0;
    for (const { isUnderWay } of this.#calls) if (isUnderWay) underWay++;
    for (const call of this.#calls) {
      if (underWay >= this.#most) return;
      if (!call.isUnderWay && !before.some((earlier) => isInTheWay(earlier, call))) {
        call.isUnderWay = true;
        underWay++;
        call.begin();
      }
      before.push(call);
    }
  }
}

function isInTheWay(earlier: CallUse, later: CallUse): boolean {
  return (earlier.changes || later.changes) && earlier.arrays.some((array) => later.arrays.includes(array));
}

function interrupted(): NasError {
  return new NasError("NAS_INTERRUPTED", "interrupted", { hint: "run the command again to go on" });
}
