import { throwIfAborted } from "../base/errors.js";
import { MacroGuard } from "./guard.js";
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
import { TraceReader } from "./trace-file.js";
import { TraceKeys } from "./trace-key.js";

/** A recording played as a macro: it answers the calls that were recorded, and refuses others. */
export class ReplayMacro implements Macro {
  readonly spec: MacroSpec;
  readonly identity: MacroIdentity;
  readonly #trace: TraceReader;
  readonly #keys: TraceKeys;
  readonly #guard: MacroGuard;

  /** @throws NAS_MACRO_REPLAY */
  constructor(path: string) {
    this.#trace = new TraceReader(path);
    this.spec = this.#trace.spec;
    const { driver, chipId, description } = this.#trace.identity;
    this.identity = {
      driver: "replay",
      kind: "recording",
      chipId,
      description: `recording of ${description} (driver ${driver})`,
    };
    this.#keys = new TraceKeys(this.spec);
    this.#guard = new MacroGuard(this.identity, this.spec);
  }

  async configure(settings: MacroSettings, call?: CallOptions): Promise<void> {
    throwIfAborted(call?.signal);
    this.#guard.checkSettings(settings);
    this.#keys.configure(settings);
  }

  async program(image: TileImage, call?: CallOptions): Promise<ProgramReport> {
    throwIfAborted(call?.signal);
    this.#guard.checkImage(image);
    const { result } = this.#trace.answer(this.#keys.program(image), `programming of tile ${image.tile}`);
    this.#guard.programmed(image);
    return result as unknown as ProgramReport;
  }

  async readback(array: number, call?: CallOptions): Promise<TileImage> {
    throwIfAborted(call?.signal);
    this.#guard.checkProgrammed(array);
    const { result, values } = this.#trace.answer(this.#keys.readback(array), `readback of array ${array}`);
    return { ...(result as unknown as Omit<TileImage, "levels">), levels: Uint8Array.from(values) };
  }

  async compute(inputs: InputBlock, call?: CallOptions): Promise<OutputBlock> {
    throwIfAborted(call?.signal);
    this.#guard.checkInputs(inputs);
    const { result, values } = this.#trace.answer(
      this.#keys.compute(inputs),
      `batch of ${inputs.vectors} vectors on array ${inputs.array}`,
    );
    // Copied: the bytes of a decompression need not be aligned for 32-bit integers.
    return {
      ...(result as unknown as Omit<OutputBlock, "values">),
      values: new Int32Array(Uint8Array.from(values).buffer),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#trace.close();
  }
}
