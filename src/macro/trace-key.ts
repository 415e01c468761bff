import { createHash } from "node:crypto";
import type { InputBlock, MacroSettings, MacroSpec, SimulationKeys, TileImage } from "./macro.js";

/**
 * Names each call by its content and by what the array holds at that moment, so that a recorded answer is found again
 * whatever the order of calls. A recording and its replay keep one of these each, and so agree on the names.
 */
export class TraceKeys {
  readonly #defaultStep: number;
  readonly #arrays = new Map<number, { content: string; levels: number }>();

  constructor(spec: MacroSpec) {
    this.#defaultStep = spec.adcStepLevels[0];
  }

  configure(settings: MacroSettings): void {
    for (const { array, levels } of settings.adcStepLevels) this.#array(array).levels = levels;
  }

  program({ array, rows, columns, levels }: TileImage, { tile = 0 }: SimulationKeys = {}): string {
    const key = digest({ call: "program", array, tile, rows, columns }, levels);
    this.#array(array).content = key;
    return key;
  }

  readback(array: number): string {
    return digest({ call: "readback", array, content: this.#array(array).content });
  }

  compute(
    { array, vectors, rows, bits, want, data }: InputBlock,
    { firstVector = 0, repeat = 0 }: SimulationKeys = {},
  ): string {
    // A first reading has the name that it had before there were others: old recordings still answer.
    const again: Record<string, number> = repeat === 0 ? {} : { repeat };
    return digest(
      { call: "compute", array, ...this.#array(array), vectors, rows, bits, firstVector, want, ...again },
      data,
    );
  }

  #array(array: number): { content: string; levels: number } {
    let state = this.#arrays.get(array);
    if (!state) this.#arrays.set(array, (state = { content: "", levels: this.#defaultStep }));
    return state;
  }
}

function digest(parts: Record<string, string | number>, bytes?: Uint8Array): string {
  const hash = createHash("sha256").update(JSON.stringify(parts));
  if (bytes) hash.update(bytes);
  return hash.digest("hex");
}
