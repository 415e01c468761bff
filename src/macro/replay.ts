import type {
  CallOptions,
  InputBlock,
  Macro,
  MacroIdentity,
  MacroSettings,
  MacroSpec,
  OutputBlock,
  ProgramReport,
  RecordedMacro,
  TileImage,
} from "./macro.js";
import { TraceReader } from "./trace-file.js";
import { TraceKeys } from "./trace-key.js";

/** A recording played as a macro: it answers the calls that were recorded, and has no answer to others. */
export class ReplayMacro implements Macro {
  readonly spec: MacroSpec;
  readonly identity: MacroIdentity;
  readonly #trace: TraceReader;
  readonly #keys: TraceKeys;

  /**
   * @param seed of the run that wants its answers
   * @throws NAS_MACRO_REPLAY where the file is no whole recording, or one of another seed
   */
  constructor(path: string, seed?: number) {
    this.#trace = new TraceReader(path);
    try {
      this.#trace.assertSeed(seed);
    } catch (error) {
      this.#trace.close();
      throw error;
    }
    this.spec = this.#trace.spec;
    const { driver, chipId, description } = this.#trace.identity;
    const recorded = recordedBy(this.#trace);
    this.identity = {
      driver: "replay",
      kind: "recording",
      chipId,
      description: `recording of ${description} (driver ${driver})`,
      ...(recorded === undefined ? {} : { recorded }),
    };
    this.#keys = new TraceKeys(this.spec);
  }

  async configure(settings: MacroSettings): Promise<void> {
    this.#keys.configure(settings);
  }

  async program(image: TileImage, call?: CallOptions): Promise<ProgramReport> {
    const { result } = this.#trace.answer(
      this.#keys.program(image, call?.keys),
      `programming of tile ${call?.keys?.tile ?? 0}`,
    );
    return result as unknown as ProgramReport;
  }

  async readback(array: number): Promise<TileImage> {
    const { result, values } = this.#trace.answer(this.#keys.readback(array), `readback of array ${array}`);
    // A recording of contract 1 tells the tile, too.
    const { tile: _tile, ...place } = result as unknown as Omit<TileImage, "levels"> & { tile?: number };
    return { ...place, levels: Uint8Array.from(values) };
  }

  async compute(inputs: InputBlock, call?: CallOptions): Promise<OutputBlock> {
    const { result, values } = this.#trace.answer(
      this.#keys.compute(inputs, call?.keys),
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

/** What a trace is a recording of; what it was made of itself where that was a recording, too. */
function recordedBy({ identity, seed }: TraceReader): RecordedMacro | undefined {
  const { kind, driver, recorded } = identity;
  if (kind === "recording") return recorded;
  return { kind, driver, ...(seed === undefined ? {} : { seed }) };
}
