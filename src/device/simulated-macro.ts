import { throwIfAborted } from "../base/errors.js";
import type { KernelTile } from "../kernels/tile-kernel.js";
import type { KernelPool } from "../kernels/worker-pool.js";
import { adcOutputs } from "../macro/macro.js";
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
import { MacroGuard } from "../macro/guard.js";
import type { SumLines } from "../kernels/reference.js";
import { arrayLines } from "./array-lines.js";
import { type Conditions, freshlyProgrammed } from "./effects/effect.js";
import { toKernelTile } from "./kernel-tile.js";
import { programCells } from "./program-cells.js";
import { convertSlowly } from "./slow-conversion.js";
import type { ChipCharacter } from "./virtual-chip.js";

interface ArrayState {
  image: TileImage;
  conductanceLevels: Float64Array;
}

/** A tile that is ready to compute; with `sumLines` only on the slow path. */
interface ReadyTile {
  tile: KernelTile;
  sumLines: SumLines | undefined;
}

/**
 * A compute-in-memory chip in software: bit-accurate in what is digital, with the variation and noise of a
 * ChipCharacter in what is analog. With an ideal character its codes are exact integers.
 */
export class SimulatedMacro implements Macro {
  readonly spec: MacroSpec;
  readonly identity: MacroIdentity;
  readonly #guard: MacroGuard;
  readonly #pool: KernelPool;
  readonly #prefix: string;
  readonly #release: () => Promise<void>;
  readonly #chip: ChipCharacter;
  readonly #seed: number;
  readonly #conditions: Conditions;
  readonly #slowTiles = new Map<number, { tile: KernelTile; sumLines: SumLines }>();
  readonly #arrays = new Map<number, ArrayState>();
  readonly #adcStepLevels = new Map<number, number>();

  /**
   * @param conditions when, after a tile was programmed, it answers, and how warm; at once unless told
   * @param lease a share of the kernel's threads, given back when the macro is closed
   */
  constructor(parts: {
    spec: MacroSpec;
    identity: MacroIdentity;
    chip: ChipCharacter;
    seed: number;
    conditions?: Conditions;
    lease: { pool: KernelPool } & AsyncDisposable;
  }) {
    this.spec = parts.spec;
    this.identity = parts.identity;
    this.#guard = new MacroGuard(parts.identity, parts.spec);
    this.#chip = parts.chip;
    this.#seed = parts.seed;
    this.#conditions = parts.conditions ?? freshlyProgrammed;
    this.#pool = parts.lease.pool;
    this.#prefix = parts.lease.pool.ownerPrefix();
    this.#release = () => Promise.resolve(parts.lease[Symbol.asyncDispose]());
  }

  async configure(settings: MacroSettings, call?: CallOptions): Promise<void> {
    throwIfAborted(call?.signal);
    this.#guard.checkSettings(settings);
    for (const { array, levels } of settings.adcStepLevels) {
      const state = this.#arrays.get(array);
      const ready = state && this.#readyTile(state, levels);
      this.#adcStepLevels.set(array, levels);
      if (ready) await this.#prepare(array, ready);
    }
  }

  async program(image: TileImage, call?: CallOptions): Promise<ProgramReport> {
    throwIfAborted(call?.signal);
    this.#guard.checkImage(image);
    const { conductanceLevels, outOfTolerance } = programCells(
      image,
      this.#chip,
      this.#seed,
      2 ** this.spec.cellBits - 1,
      { conditions: this.#conditions },
    );
    const state = { image: { ...image, levels: image.levels.slice() }, conductanceLevels };
    // First, because it may refuse: the array then still holds what it held.
    const ready = this.#readyTile(state, this.#adcStepLevels.get(image.array) ?? this.spec.adcStepLevels[0]);
    this.#arrays.set(image.array, state);
    this.#guard.programmed(image);
    await this.#prepare(image.array, ready);
    return { cells: image.levels.length, cellsOutOfTolerance: outOfTolerance };
  }

  async readback(array: number, call?: CallOptions): Promise<TileImage> {
    throwIfAborted(call?.signal);
    this.#guard.checkProgrammed(array);
    const { image, conductanceLevels } = this.#arrays.get(array)!;
    const highest = 2 ** this.spec.cellBits - 1;
    return { ...image, levels: Uint8Array.from(conductanceLevels, (level) => Math.min(highest, Math.round(level))) };
  }

  async compute(inputs: InputBlock, call?: CallOptions): Promise<OutputBlock> {
    throwIfAborted(call?.signal);
    this.#guard.checkInputs(inputs);
    const { vectors, bits, data, firstVector, want } = inputs;
    const batch = { vectors, bits, data, firstVector, want };
    const slow = this.#slowTiles.get(inputs.array);
    const { values, saturated } = slow
      ? await convertSlowly(slow.tile, slow.sumLines, batch, call?.signal)
      : await this.#pool.run(this.#id(inputs.array), batch);
    const outputs = adcOutputs(this.spec, this.#arrays.get(inputs.array)!.image.columns);
    return { vectors, outputs, values, saturated };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#arrays.keys()].map((array) => this.#pool.release(this.#id(array))));
    this.#arrays.clear();
    await this.#release();
  }

  #id(array: number): string {
    return `${this.#prefix}${array}`;
  }

  #readyTile({ image, conductanceLevels }: ArrayState, adcStepLevels: number): ReadyTile {
    const tile = toKernelTile(this.spec, this.#chip, this.#seed, image, conductanceLevels, adcStepLevels);
    const unitsPerLevel = 2 ** tile.fractionBits / adcStepLevels;
    return { tile, sumLines: arrayLines(this.spec, this.#chip, image, conductanceLevels, unitsPerLevel) };
  }

  async #prepare(array: number, { tile, sumLines }: ReadyTile): Promise<void> {
    if (sumLines) this.#slowTiles.set(array, { tile, sumLines });
    else await this.#pool.prepare(this.#id(array), tile);
  }
}
