import { createHash } from "node:crypto";
import { NasError } from "../../src/base/errors.js";
import { adcOutputs, adcRails, isRail } from "../../src/macro/macro.js";
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
} from "../../src/macro/macro.js";
import { sampleSpec } from "./macro-spec.js";

/** `pause` lets calls end in another order than they began; `fail` makes a computation fail as broken hardware does. */
export interface TinyBehaviour {
  pause?: () => Promise<unknown>;
  fail?: (inputs: InputBlock, call: CallOptions) => boolean;
}

/**
 * A macro for tests of what stands between a job and a macro: its answers are a hash of all that they may depend on (tile,
 * ADC step, inputs), so that any mix-up shows. As a driver's, it checks nothing: that is the guard's work.
 */
export class TinyMacro implements Macro {
  readonly spec: MacroSpec;
  readonly identity: MacroIdentity = {
    driver: "tiny",
    kind: "virtual",
    chipId: "t1",
    description: "a macro for tests",
  };
  readonly #tiles = new Map<number, TileImage & { tile: number }>();
  readonly #steps = new Map<number, number>();
  readonly #behaviour: TinyBehaviour;
  isClosed = false;

  constructor(spec: Partial<MacroSpec> = {}, behaviour: TinyBehaviour = {}) {
    this.spec = { ...sampleSpec, arrays: 3, arrayRows: 8, arrayColumns: 8, parallelCalls: 100, ...spec };
    this.#behaviour = behaviour;
  }

  async configure(settings: MacroSettings): Promise<void> {
    for (const { array, levels } of settings.adcStepLevels) this.#steps.set(array, levels);
  }

  async program(image: TileImage, call: CallOptions = {}): Promise<ProgramReport> {
    this.#tiles.set(image.array, { ...image, tile: call.keys?.tile ?? 0, levels: image.levels.slice() });
    await this.#behaviour.pause?.();
    return {
      cells: image.levels.length,
      cellsOutOfTolerance: image.levels.filter((level) => level > 5).length,
      pulses: 3,
    };
  }

  async readback(array: number): Promise<TileImage> {
    const { rows, columns, levels } = this.#tiles.get(array)!;
    await this.#behaviour.pause?.();
    return { array, rows, columns, levels: levels.map((level) => level >> 1) };
  }

  async compute(inputs: InputBlock, call: CallOptions = {}): Promise<OutputBlock> {
    const { array, vectors, bits, want, data } = inputs;
    const { firstVector = 0, repeat = 0 } = call.keys ?? {};
    const image = this.#tiles.get(array)!;
    const outputs = adcOutputs(this.spec, image.columns);
    const planes = want === "codes" ? bits : 1;
    const step = this.#steps.get(array) ?? this.spec.adcStepLevels[0];
    const seed = createHash("sha256")
      .update(JSON.stringify([image.tile, image.rows, image.columns, step, vectors, bits, want, firstVector, repeat]))
      .update(image.levels)
      .update(data)
      .digest();
    // Within the rails of 8 bits, as codes must be.
    const values = Int32Array.from(
      { length: vectors * planes * outputs },
      (_, index) => ((seed[index % 32] + index) & 255) - 128,
    );
    await this.#behaviour.pause?.();
    if (this.#behaviour.fail?.(inputs, call))
      throw new NasError("NAS_MACRO_CONTRACT", "the cable came off", { hint: "plug it in" });
    const rails = adcRails(this.spec);
    return { vectors, outputs, values, saturated: values.filter((code) => isRail(code, rails)).length };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true;
  }
}
