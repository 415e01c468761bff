import { createHash } from "node:crypto";
import { NasError } from "../../src/base/errors.js";
import { MacroGuard } from "../../src/macro/guard.js";
import { adcOutputs } from "../../src/macro/macro.js";
import type {
  InputBlock,
  Macro,
  MacroIdentity,
  MacroSettings,
  MacroSpec,
  OutputBlock,
  ProgramReport,
  TileImage,
} from "../../src/macro/macro.js";
import { sampleSpec } from "./macro-spec.js";

/** `pause` lets calls end in another order than they began; `fail` makes a computation fail as broken hardware does. */
export interface TinyBehaviour {
  pause?: () => Promise<unknown>;
  fail?: (inputs: InputBlock) => boolean;
}

/**
 * A macro for tests of what stands between a job and a macro: its answers are a hash of all that they may depend on (tile,
 * ADC step, inputs), so that any mix-up shows.
 */
export class TinyMacro implements Macro {
  readonly spec: MacroSpec;
  readonly identity: MacroIdentity = {
    driver: "tiny",
    kind: "virtual",
    chipId: "t1",
    description: "a macro for tests",
  };
  readonly #guard: MacroGuard;
  readonly #tiles = new Map<number, TileImage>();
  readonly #steps = new Map<number, number>();
  readonly #behaviour: TinyBehaviour;
  isClosed = false;

  constructor(spec: Partial<MacroSpec> = {}, behaviour: TinyBehaviour = {}) {
    this.spec = { ...sampleSpec, arrays: 3, arrayRows: 8, arrayColumns: 8, ...spec };
    this.#guard = new MacroGuard(this.identity, this.spec);
    this.#behaviour = behaviour;
  }

  async configure(settings: MacroSettings): Promise<void> {
    this.#guard.checkSettings(settings);
    for (const { array, levels } of settings.adcStepLevels) this.#steps.set(array, levels);
  }

  async program(image: TileImage): Promise<ProgramReport> {
    this.#guard.checkImage(image);
    this.#guard.programmed(image);
    this.#tiles.set(image.array, { ...image, levels: image.levels.slice() });
    await this.#behaviour.pause?.();
    return {
      cells: image.levels.length,
      cellsOutOfTolerance: image.levels.filter((level) => level > 5).length,
      pulses: 3,
    };
  }

  async readback(array: number): Promise<TileImage> {
    this.#guard.checkProgrammed(array);
    const image = this.#tiles.get(array)!;
    await this.#behaviour.pause?.();
    return { ...image, levels: image.levels.map((level) => level >> 1) };
  }

  async compute(inputs: InputBlock): Promise<OutputBlock> {
    this.#guard.checkInputs(inputs);
    const { array, vectors, bits, want, firstVector, data } = inputs;
    const image = this.#tiles.get(array)!;
    const outputs = adcOutputs(this.spec, image.columns);
    const planes = want === "codes" ? bits : 1;
    const step = this.#steps.get(array) ?? this.spec.adcStepLevels[0];
    const seed = createHash("sha256")
      .update(JSON.stringify([image.tile, image.rows, image.columns, step, vectors, bits, want, firstVector]))
      .update(image.levels)
      .update(data)
      .digest();
    // Within the rails of 8 bits, as codes must be.
    const values = Int32Array.from(
      { length: vectors * planes * outputs },
      (_, index) => ((seed[index % 32] + index) & 255) - 128,
    );
    await this.#behaviour.pause?.();
    if (this.#behaviour.fail?.(inputs))
      throw new NasError("NAS_MACRO_CONTRACT", "the cable came off", { hint: "plug it in" });
    return { vectors, outputs, values, saturated: seed[0] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true;
  }
}
