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
import type { SumLines } from "../kernels/reference.js";
import { arrayLines } from "./array-lines.js";
import { type Conditions, freshlyProgrammed } from "./effects/effect.js";
import { toKernelTile } from "./kernel-tile.js";
import { programCells, type NumberedImage } from "./program-cells.js";
import { convertSlowly } from "./slow-conversion.js";
import type { ChipCharacter } from "./virtual-chip.js";

interface ArrayState {
  image: NumberedImage;
  conductanceLevels: Float64Array;
}

/** A tile that is ready to compute; with `sumLines` only on the slow path. */
interface ReadyTile {
  tile: KernelTile;
  sumLines: SumLines | undefined;
}

/**
 * A compute-in-memory chip in software: bit-accurate in what is digital, with the variation and noise of a
 * ChipCharacter in what is analog. With an ideal character its codes are exact integers. It belongs behind a guard
 * (macro/guarded.ts), as every driver's macro does.
 */
export class SimulatedMacro implements Macro {
  readonly spec: MacroSpec;
  readonly identity: MacroIdentity;
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
    this.#chip = parts.chip;
    this.#seed = parts.seed;
    this.#conditions = parts.conditions ?? freshlyProgrammed;
    this.#pool = parts.lease.pool;
    this.#prefix = parts.lease.pool.ownerPrefix();
    this.#release = () => Promise.resolve(parts.lease[Symbol.asyncDispose]());
  }

  async configure(settings: MacroSettings): Promise<void> {
    for (const { array, levels } of settings.adcStepLevels) {
      const state = this.#arrays.get(array);
      const ready = state && this.#readyTile(state, levels);
      this.#adcStepLevels.set(array, levels);
      if (ready) await this.#prepare(array, ready);
    }
  }

  async program(image: TileImage, call?: CallOptions): Promise<ProgramReport> {
    const numbered = { ...image, tile: call?.keys?.tile ?? 0, levels: image.levels.slice() };
    const { conductanceLevels, outOfTolerance } = programCells(
      numbered,
      this.#chip,
      this.#seed,
      2 ** this.spec.cellBits - 1,
      { conditions: this.#conditions },
    );
    const state = { image: numbered, conductanceLevels };
    // First, because it may refuse: the array then still holds what it held.
    const ready = this.#readyTile(state, this.#adcStepLevels.get(image.array) ?? this.spec.adcStepLevels[0]);
    this.#arrays.set(image.array, state);
    await this.#prepare(image.array, ready);
    return { cells: image.levels.length, cellsOutOfTolerance: outOfTolerance };
  }

  async readback(array: number): Promise<TileImage> {
    const { image, conductanceLevels } = this.#arrays.get(array)!;
    const { rows, columns } = image;
    const highest = 2 ** this.spec.cellBits - 1;
    return {
      array,
      rows,
      columns,
      levels: Uint8Array.from(conductanceLevels, (level) => Math.min(highest, Math.round(level))),
    };
  }

  async compute(inputs: InputBlock, call?: CallOptions): Promise<OutputBlock> {
    const { vectors, bits, data, want } = inputs;
    const { firstVector = 0, repeat = 0 } = call?.keys ?? {};
    const batch = { vectors, bits, data, firstVector, repeat, want };
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
