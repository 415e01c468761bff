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
} from "../macro/macro.js";

/**
 * Two macros that share one placement: chosen tiles sit on the subject, all others on the reference. So one layer's truth on
 * a slow board takes minutes, not days. Both macros stay whose they are; this closes neither.
 */
export class HybridMacro implements Macro {
  readonly spec: MacroSpec;
  readonly identity: MacroIdentity;
  readonly condition: Macro["condition"];
  readonly #subject: Macro;
  readonly #reference: Macro;
  readonly #isOnSubject: (tile: number) => boolean;
  /** Who holds what an array was programmed with last. */
  readonly #holders = new Map<number, Macro>();

  /** @param isOnSubject by the tile's number in the placement, which is in the keys of every programming */
  constructor(subject: Macro, reference: Macro, isOnSubject: (tile: number) => boolean) {
    this.spec = subject.spec;
    this.identity = subject.identity;
    this.#subject = subject;
    this.#reference = reference;
    this.#isOnSubject = isOnSubject;
    this.condition = subject.condition?.bind(subject);
  }

  async configure(settings: MacroSettings, call?: CallOptions): Promise<void> {
    await this.#reference.configure(settings, call);
    await this.#subject.configure(settings, call);
  }

  async program(image: TileImage, call?: CallOptions): Promise<ProgramReport> {
    const holder = this.#isOnSubject(call?.keys?.tile ?? 0) ? this.#subject : this.#reference;
    this.#holders.set(image.array, holder);
    return holder.program(image, call);
  }

  async readback(array: number, call?: CallOptions): Promise<TileImage> {
    return this.#holderOf(array).readback(array, call);
  }

  async compute(inputs: InputBlock, call?: CallOptions): Promise<OutputBlock> {
    return this.#holderOf(inputs.array).compute(inputs, call);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Both are closed by whoever opened them.
  }

  #holderOf(array: number): Macro {
    return this.#holders.get(array) ?? this.#subject;
  }
}
