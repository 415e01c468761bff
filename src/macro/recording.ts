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
import { TraceWriter } from "./trace-file.js";
import { TraceKeys } from "./trace-key.js";

/**
 * A macro that writes down all that the macro inside answers. Law: on the recorded calls, a replay of the trace answers
 * byte for byte what the macro answered. Answers are written in the order in which the calls were made. It belongs inside
 * the guard: a call that is refused must not change what an array is known to hold.
 */
export class RecordingMacro implements Macro {
  readonly spec: MacroSpec;
  readonly identity: MacroIdentity;
  readonly #inner: Macro;
  readonly #keys: TraceKeys;
  readonly #writer: TraceWriter;
  #tail: Promise<void> = Promise.resolve();
  #failure?: { error: unknown; isTold: boolean };

  /** @param seed of the run, which a replay must have, too */
  constructor(inner: Macro, path: string, seed?: number) {
    this.spec = inner.spec;
    this.identity = inner.identity;
    this.#inner = inner;
    this.#keys = new TraceKeys(inner.spec);
    this.#writer = new TraceWriter(path, inner.identity, inner.spec, seed);
  }

  async configure(settings: MacroSettings, call?: CallOptions): Promise<void> {
    this.#refuseAfterFailure();
    this.#keys.configure(settings);
    await this.#inner.configure(settings, call);
  }

  async program(image: TileImage, call?: CallOptions): Promise<ProgramReport> {
    this.#refuseAfterFailure();
    const key = this.#keys.program(image, call?.keys);
    return this.#note(this.#inner.program(image, call), (report) => this.#writer.add(key, { ...report }));
  }

  // The caller gets a copy of what is written down: its own may be changed, or its memory used again, before that.
  async readback(array: number, call?: CallOptions): Promise<TileImage> {
    this.#refuseAfterFailure();
    const key = this.#keys.readback(array);
    const answer = await this.#note(this.#inner.readback(array, call), ({ levels, ...rest }) =>
      this.#writer.add(key, rest, levels),
    );
    return { ...answer, levels: answer.levels.slice() };
  }

  async compute(inputs: InputBlock, call?: CallOptions): Promise<OutputBlock> {
    this.#refuseAfterFailure();
    const key = this.#keys.compute(inputs, call?.keys);
    const answer = await this.#note(this.#inner.compute(inputs, call), ({ values, ...rest }) =>
      this.#writer.add(key, rest, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
    );
    return { ...answer, values: answer.values.slice() };
  }

  /** @throws NAS_MACRO_REPLAY where the trace could not be written and no later call has told so */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tail;
    try {
      if (this.#failure) {
        this.#writer.abandon();
        if (!this.#failure.isTold) throw this.#failure.error;
      } else this.#writer.finish();
    } finally {
      await this.#inner[Symbol.asyncDispose]();
    }
  }

  /** Writes an answer after those of all earlier calls. A call that failed has no answer: a replay refuses it, too. */
  #note<T>(answer: Promise<T>, write: (answer: T) => void): Promise<T> {
    this.#tail = Promise.allSettled([answer, this.#tail]).then(([settled]) => {
      if (settled.status !== "fulfilled" || this.#failure) return;
      try {
        write(settled.value);
      } catch (error) {
        this.#failure = { error, isTold: false };
      }
    });
    return answer;
  }

  /** A disk that is full need not be found out an hour later. */
  #refuseAfterFailure(): void {
    if (!this.#failure) return;
    this.#failure.isTold = true;
    throw this.#failure.error;
  }
}
