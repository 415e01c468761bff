import { NasError, isNasError, messageOf } from "../base/errors.js";
import { type MacroCall, callFailure, isHardFault, latchedFailure } from "./call-failure.js";
import { CallQueue, type CallUse } from "./call-queue.js";
import { CallClock, type CallTimes } from "./call-times.js";
import { checkOutputs, checkReadback, checkReport } from "./check-answer.js";
import { MacroGuard } from "./guard.js";
import { nameOf } from "./macro.js";
import type {
  CallOptions,
  InputBlock,
  Macro,
  MacroIdentity,
  MacroSettings,
  MacroSpec,
  OutputBlock,
  ProgramReport,
  TileImage,
} from "./macro.js";

/** One call's way through the guard. */
interface GuardedCall<T> extends CallUse {
  call: MacroCall;
  options: CallOptions | undefined;
  /** Refuses what the spec forbids. */
  check: () => void;
  ask: () => Promise<T>;
  /** Refuses an answer that breaks the contract. */
  verify?: (answer: T) => void;
}

/**
 * A driver's macro as jobs hold it, so that the driver holds its own work alone. It
 * - refuses calls that the spec forbids before the driver sees them, and answers that it forbids before anybody counts them;
 * - lets in as many calls at once as the driver takes, in order on each array;
 * - names macro, call and array where the driver throws an error of its own;
 * - latches after a hard fault: what the macro holds is not known then, so every later call is refused at once;
 * - times the driver's calls;
 * - closes the driver once, when nothing is under way any more.
 */
export class GuardedMacro implements Macro {
  readonly spec: MacroSpec;
  readonly identity: MacroIdentity;
  readonly condition: Macro["condition"];
  readonly stop: Macro["stop"];
  readonly release: Macro["release"];
  readonly #inner: Macro;
  readonly #guard: MacroGuard;
  readonly #queue: CallQueue;
  readonly #clock = new CallClock();
  readonly #log: (line: string) => void;
  readonly #held: Disposable | undefined;
  #fault?: NasError;
  #closing?: Promise<void>;

  /**
   * @param options.log is told where the driver cannot be closed: what it had to answer is answered by then
   * @param options.held is let go when the driver is closed
   */
  constructor(inner: Macro, options: { log?: (line: string) => void; held?: Disposable } = {}) {
    this.spec = inner.spec;
    this.identity = inner.identity;
    this.#inner = inner;
    this.#guard = new MacroGuard(inner.identity, inner.spec);
    this.#queue = new CallQueue(inner.spec.parallelCalls ?? 1);
    this.#log = options.log ?? (() => undefined);
    this.#held = options.held;
    // They overtake the queue: whoever stops a board does not wait for its calls.
    this.condition = inner.condition?.bind(inner);
    this.stop = inner.stop?.bind(inner);
    this.release = inner.release?.bind(inner);
  }

  /** How long the driver's calls have taken so far. */
  get times(): CallTimes {
    return this.#clock.times();
  }

  async configure(settings: MacroSettings, options?: CallOptions): Promise<void> {
    return this.#do({
      call: "configure",
      arrays: settings.adcStepLevels.map(({ array }) => array),
      changes: true,
      options,
      check: () => this.#guard.checkSettings(settings),
      ask: () => this.#inner.configure(settings, options),
    });
  }

  async program(image: TileImage, options?: CallOptions): Promise<ProgramReport> {
    return this.#do({
      call: "program",
      arrays: [image.array],
      changes: true,
      options,
      check: () => {
        this.#guard.checkImage(image);
        this.#guard.checkKeys(options?.keys ?? {});
      },
      ask: () => this.#program(image, options),
      verify: (report) => checkReport(this, image, report),
    });
  }

  async readback(array: number, options?: CallOptions): Promise<TileImage> {
    return this.#do({
      call: "readback",
      arrays: [array],
      changes: false,
      options,
      check: () => void this.#guard.checkProgrammed(array),
      ask: () => this.#inner.readback(array, options),
      verify: (image) => checkReadback(this, { array, ...this.#guard.checkProgrammed(array) }, image),
    });
  }

  async compute(inputs: InputBlock, options?: CallOptions): Promise<OutputBlock> {
    return this.#do({
      call: "compute",
      arrays: [inputs.array],
      changes: false,
      options,
      check: () => {
        this.#guard.checkInputs(inputs);
        this.#guard.checkKeys(options?.keys ?? {}, inputs.vectors);
      },
      ask: () => this.#inner.compute(inputs, options),
      verify: (answer) => checkOutputs(this, inputs, this.#guard.checkProgrammed(inputs.array).columns, answer),
    });
  }

  /** A driver that cannot be closed is told to the log, a recording that cannot be finished is thrown: it is lost work. */
  [Symbol.asyncDispose](): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.#queue.drain(this.#closed());
    try {
      await this.#inner[Symbol.asyncDispose]();
    } catch (error) {
      if (isNasError(error, "NAS_MACRO_REPLAY")) throw error;
      this.#log(`note: ${nameOf(this.identity)} could not be closed: ${messageOf(error)}`);
    } finally {
      this.#held?.[Symbol.dispose]();
    }
  }

  async #program(image: TileImage, options: CallOptions | undefined): Promise<ProgramReport> {
    try {
      const report = await this.#inner.program(image, options);
      this.#guard.programmed(image);
      return report;
    } catch (error) {
      // A refusal leaves the array as it was; of any other failure nobody knows how far it went.
      if (!isNasError(error, "NAS_MACRO_RANGE")) this.#guard.forget(image.array);
      throw error;
    }
  }

  async #do<T>({ call, arrays, changes, options, check, ask, verify }: GuardedCall<T>): Promise<T> {
    const madeAt = performance.now();
    if (this.#closing) throw this.#closed();
    return this.#queue.run({ arrays, changes }, options?.signal, async () => {
      if (this.#fault) throw latchedFailure(this.identity, call, this.#fault);
      check();
      let answer: T;
      try {
        answer = await this.#clock.time(call, madeAt, ask);
      } catch (error) {
        const failure = callFailure(this.identity, call, arrays, error, options?.signal);
        if (isHardFault(failure)) this.#fault ??= failure;
        throw failure;
      }
      this.#latchUnless(() => verify?.(answer));
      return answer;
    });
  }

  /** Who answers what was not asked has lost step with its board, or lies. */
  #latchUnless(verify: () => void): void {
    try {
      verify();
    } catch (error) {
      this.#fault ??= error as NasError;
      throw error;
    }
  }

  #closed(): NasError {
    return new NasError("NAS_MACRO_CONTRACT", `${nameOf(this.identity)} is closed`, { hint: "open it anew" });
  }
}
