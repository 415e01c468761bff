import { NasError } from "../base/errors.js";
import { logicalRows, nameOf } from "./macro.js";
import type { InputBlock, MacroIdentity, MacroSettings, MacroSpec, SimulationKeys, TileImage } from "./macro.js";

/** What of a spec the guard reads; the same in every version of the contract. */
type GuardedSpec = Omit<MacroSpec, "contract" | "parallelCalls">;

/** Rows and columns of the tile that an array holds. */
type TileSize = Pick<TileImage, "rows" | "columns">;

/** Numbers that key a simulation's chances are 32 bits wide. */
const keySpan = 2 ** 32;
/** A conversion's noise is counted by 28 bits of vector and four of bit plane. */
const vectorSpan = 2 ** 28;

/**
 * Checks every call against a macro's spec before the macro sees it, and remembers what each array holds, so that all
 * macros refuse the same things with the same words.
 */
export class MacroGuard {
  readonly #identity: MacroIdentity;
  readonly #spec: GuardedSpec;
  readonly #programmed = new Map<number, TileSize>();

  constructor(identity: MacroIdentity, spec: GuardedSpec) {
    this.#identity = identity;
    this.#spec = spec;
  }

  /** @throws NAS_MACRO_RANGE */
  checkSettings(settings: MacroSettings): void {
    for (const { array, levels } of settings.adcStepLevels) {
      this.#checkArray(array);
      if (!this.#spec.adcStepLevels.includes(levels)) {
        this.#refuse(`ADC step of ${levels} levels`, `it offers ${this.#spec.adcStepLevels.join(", ")}`, {
          array,
          levels,
        });
      }
    }
  }

  /** @throws NAS_MACRO_RANGE */
  checkImage(image: TileImage): void {
    const { arrayRows, arrayColumns, cellBits, differential } = this.#spec;
    const { array, rows, columns, levels } = image;
    this.#checkArray(array);
    if (!isWithin(rows, 1, arrayRows) || !isWithin(columns, 1, arrayColumns)) {
      this.#refuse(`tile of ${rows} × ${columns} cells`, `its arrays have ${arrayRows} × ${arrayColumns}`, {
        rows,
        columns,
      });
    }
    if (differential === "row-pair" && rows % 2 !== 0)
      this.#refuse(`${rows} rows`, "word lines come in pairs", { rows });
    if (differential !== "row-pair" && columns % 2 !== 0)
      this.#refuse(`${columns} columns`, "bit lines come in pairs", { columns });
    if (!(levels instanceof Uint8Array))
      this.#refuse(`levels as ${typeof levels}`, "a Uint8Array is wanted", { array });
    if (levels.length !== rows * columns)
      this.#refuse(`${levels.length} levels for ${rows} × ${columns} cells`, "one level a cell is wanted", {});
    const highest = 2 ** cellBits - 1;
    const bad = levels.findIndex((level) => level > highest);
    if (bad >= 0) {
      const where = { row: Math.floor(bad / columns), column: bad % columns, level: levels[bad] };
      this.#refuse(
        `level ${levels[bad]} at row ${where.row}, column ${where.column}`,
        `its ${cellBits}-bit cells hold 0 to ${highest}`,
        where,
      );
    }
  }

  /** To be called when an array has been programmed. */
  programmed({ array, rows, columns }: TileImage): void {
    this.#programmed.set(array, { rows, columns });
  }

  /** To be called when nobody knows any more what an array holds. */
  forget(array: number): void {
    this.#programmed.delete(array);
  }

  /** The tile that an array holds. @throws NAS_MACRO_CONTRACT where it holds none */
  checkProgrammed(array: number): TileSize {
    this.#checkArray(array);
    const size = this.#programmed.get(array);
    if (!size) {
      throw new NasError("NAS_MACRO_CONTRACT", `${this.#name()}: array ${array} was never programmed`, {
        hint: "program a tile into the array first",
        context: { array },
      });
    }
    return size;
  }

  /** @throws NAS_MACRO_RANGE, NAS_MACRO_CONTRACT */
  checkInputs(inputs: InputBlock): void {
    const { array, vectors, rows, bits, data, want } = inputs;
    const wanted = logicalRows(this.#spec, this.checkProgrammed(array).rows);
    if (rows !== wanted)
      this.#refuse(`${rows} inputs a vector`, `array ${array} holds a tile of ${wanted} logical rows`, {
        array,
        rows,
        wanted,
      });
    if (!isWithin(bits, 1, this.#spec.inputBits))
      this.#refuse(`${bits}-bit inputs`, `it feeds 1 to ${this.#spec.inputBits} bits`, { bits });
    if (!isWithin(vectors, 0, this.#spec.maxVectors))
      this.#refuse(`${vectors} vectors`, `one call takes ${this.#spec.maxVectors}`, { vectors });
    if (!(data instanceof Uint8Array)) this.#refuse(`inputs as ${typeof data}`, "a Uint8Array is wanted", { array });
    if (data.length !== vectors * rows)
      this.#refuse(`${data.length} bytes for ${vectors} × ${rows} inputs`, "one byte an input is wanted", {});
    if (want === "sums" && !this.#spec.shiftAdd)
      this.#refuse('want "sums"', "it has no shift-and-add; ask for codes", { want });
    if (bits < 8 && anyAbove(data, bits)) {
      const index = data.findIndex((value) => value >= 2 ** bits);
      this.#refuse(
        `input ${data[index]} in vector ${Math.floor(index / rows)}`,
        `${bits} bits hold 0 to ${2 ** bits - 1}`,
        { value: data[index], index },
      );
    }
  }

  /** @param vectors how many the call has @throws NAS_MACRO_RANGE */
  checkKeys({ tile = 0, firstVector = 0, repeat = 0 }: SimulationKeys, vectors = 0): void {
    if (!isWithin(firstVector, 0, vectorSpan - vectors))
      this.#refuse(`first vector ${firstVector}`, "2^28 vectors are counted", { firstVector });
    for (const [key, value] of Object.entries({ tile, repeat }))
      if (!isWithin(value, 0, keySpan - 1))
        this.#refuse(`${key} ${value}`, "it is counted from 0 to 2^32 − 1", { [key]: value });
  }

  #checkArray(array: number): void {
    if (!isWithin(array, 0, this.#spec.arrays - 1))
      this.#refuse(`array ${array}`, `it has arrays 0 to ${this.#spec.arrays - 1}`, { array });
  }

  #name(): string {
    return nameOf(this.#identity);
  }

  #refuse(what: string, limit: string, context: Record<string, unknown>): never {
    throw new NasError("NAS_MACRO_RANGE", `${this.#name()} refuses ${what}: ${limit}`, {
      hint: "map the network for this macro's spec",
      context,
    });
  }
}

/** Whether any byte has a bit above the lowest `bits`. Four bytes at a time: this stands before every batch. */
function anyAbove(data: Uint8Array, bits: number): boolean {
  const start = Math.min(data.length, (4 - (data.byteOffset % 4)) % 4);
  const wordCount = Math.floor((data.length - start) / 4);
  // A view of no words would still want an aligned start, which so few bytes need not have.
  const words = wordCount > 0 ? new Uint32Array(data.buffer, data.byteOffset + start, wordCount) : new Uint32Array();
  let seen = 0;
  for (let index = 0; index < words.length; index++) seen |= words[index];
  for (let index = 0; index < start; index++) seen |= data[index];
  for (let index = start + 4 * words.length; index < data.length; index++) seen |= data[index];
  const above = (0xff << bits) & 0xff;
  return (seen & (above | (above << 8) | (above << 16) | (above << 24))) !== 0;
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
