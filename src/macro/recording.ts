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
import { MacroGuard } from "./guard.js";
import { TraceWriter } from "./trace-file.js";
import { TraceKeys } from "./trace-key.js";

/**
 * A macro that writes down all that the macro inside answers. Law: on the recorded calls, a replay of the trace answers
 * byte for byte what the macro answered. Answers are written in the order in which the calls were made.
 */
export class RecordingMacro implements Macro {
  readonly spec: MacroSpec;
  readonly identity: MacroIdentity;
  readonly #inner: Macro;
  readonly #keys: TraceKeys;
  readonly #writer: TraceWriter;
  /** Refuses before a name is made: what an array holds must not change by a call that the macro refuses. */
  readonly #guard: MacroGuard;
  #tail: Promise<void> = Promise.resolve();

  constructor(inner: Macro, path: string) {
    this.spec = inner.spec;
    this.identity = inner.identity;
    this.#inner = inner;
    this.#guard = new MacroGuard(inner.identity, inner.spec);
    this.#keys = new TraceKeys(inner.spec);
    this.#writer = new TraceWriter(path, inner.identity, inner.spec);
  }

  async configure(settings: MacroSettings, call?: CallOptions): Promise<void> {
    this.#guard.checkSettings(settings);
    this.#keys.configure(settings);
    await this.#inner.configure(settings, call);
  }

  async program(image: TileImage, call?: CallOptions): Promise<ProgramReport> {
    this.#guard.checkImage(image);
    const key = this.#keys.program(image);
    return this.#note(this.#inner.program(image, call), (report) => this.#writer.add(key, { ...report }));
  }

  readback(array: number, call?: CallOptions): Promise<TileImage> {
    const key = this.#keys.readback(array);
    return this.#note(this.#inner.readback(array, call), ({ levels, ...rest }) => this.#writer.add(key, rest, levels));
  }

  compute(inputs: InputBlock, call?: CallOptions): Promise<OutputBlock> {
    const key = this.#keys.compute(inputs);
    return this.#note(this.#inner.compute(inputs, call), ({ values, ...rest }) =>
      this.#writer.add(key, rest, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tail;
    this.#writer.finish();
    await this.#inner[Symbol.asyncDispose]();
  }

  /** Writes an answer after those of all earlier calls. A call that failed has no answer: a replay refuses it, too. */
  #note<T>(answer: Promise<T>, write: (answer: T) => void): Promise<T> {
    this.#tail = Promise.allSettled([answer, this.#tail]).then(([settled]) => {
      if (settled.status === "fulfilled") write(settled.value);
    });
    return answer;
  }
}
