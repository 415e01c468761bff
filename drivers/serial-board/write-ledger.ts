import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf, NasError } from "nas4cim/driver";

/** Cells along the edge of a region. */
const regionCells = 32;

interface RegionRecord {
  programmings: number;
  pulses: number;
}

interface ArrayRecord {
  /** "row,column" of the region, counted in regions. */
  regions: Record<string, RegionRecord>;
  /** When it was last written, ISO 8601. */
  lastWritten: string;
}

interface LedgerFile {
  format: "nas4cim-write-ledger";
  version: 1;
  serial: string;
  arrays: Record<string, ArrayRecord>;
}

/** A tile's place in an array. */
interface Area {
  array: number;
  rows: number;
  columns: number;
}

/**
 * What a board's cells have been through: write pulses by array and region of 32 × 32 cells, over the board's whole life on this
 * bench. It is on disk before a write begins, with the most that the write may spend, and corrected when the board has told.
 */
export class WriteLedger {
  readonly #path: string;
  readonly #file: LedgerFile;
  readonly #mostPulses: number;

  /**
   * @param mostPulsesPerRegion wear limit: mean pulses a cell of a region may have had
   * @throws NAS_BOARD_LEDGER where the file is there and no ledger of this board
   */
  constructor(folder: string, serial: string, mostPulsesPerRegion = Infinity) {
    this.#path = join(folder, `${serial.replaceAll(/[^\w.-]/g, "_")}.json`);
    this.#mostPulses = mostPulsesPerRegion;
    this.#file = this.#read(serial);
  }

  /** Notes a write that is about to begin. @throws NAS_BOARD_LIMIT where a region is worn out, NAS_BOARD_LEDGER */
  begin(area: Area, pulsesPerCell: number): void {
    for (const { key } of regionsOf(area)) {
      const { pulses = 0 } = this.#file.arrays[area.array]?.regions[key] ?? {};
      if (pulses + pulsesPerCell > this.#mostPulses)
        throw new NasError(
          "NAS_BOARD_LIMIT",
          `region ${key} of array ${area.array} has had ${Math.round(pulses)} pulses a cell; another write may exceed ${this.#mostPulses}`,
          {
            hint: "use another array, or raise maxPulsesPerRegion if the cells are known to bear it",
            context: { array: area.array, region: key, pulses, limit: this.#mostPulses },
          },
        );
    }
    this.#add(area, pulsesPerCell, 1);
    this.#write();
  }

  /** Puts what the write really took in place of what it might have taken. */
  end(area: Area, estimatedPerCell: number, pulses: number | undefined): void {
    if (pulses === undefined) return;
    this.#add(area, pulses / (area.rows * area.columns) - estimatedPerCell, 0);
    this.#write();
  }

  /** Pulses a cell that the most used region of an array has had. */
  mostWorn(array: number): number {
    return Math.max(0, ...Object.values(this.#file.arrays[array]?.regions ?? {}).map(({ pulses }) => pulses));
  }

  #add(area: Area, pulsesPerCell: number, programmings: number): void {
    const array = (this.#file.arrays[area.array] ??= { regions: {}, lastWritten: "" });
    array.lastWritten = new Date().toISOString();
    for (const { key } of regionsOf(area)) {
      const region = (array.regions[key] ??= { programmings: 0, pulses: 0 });
      region.programmings += programmings;
      region.pulses += pulsesPerCell;
    }
  }

  #read(serial: string): LedgerFile {
    let text: string;
    try {
      text = readFileSync(this.#path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT")
        return { format: "nas4cim-write-ledger", version: 1, serial, arrays: {} };
      throw this.#fail(messageOf(error), error);
    }
    let file: unknown;
    try {
      file = JSON.parse(text);
    } catch (error) {
      throw this.#fail(messageOf(error), error);
    }
    if (!isLedger(file) || file.serial !== serial) throw this.#fail(`it is no write ledger of board ${serial}`);
    return file;
  }

  #write(): void {
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileSync(`${this.#path}.part`, `${JSON.stringify(this.#file, undefined, 2)}\n`, { flush: true });
      renameSync(`${this.#path}.part`, this.#path);
    } catch (error) {
      throw this.#fail(messageOf(error), error);
    }
  }

  #fail(what: string, cause?: unknown): NasError {
    return new NasError("NAS_BOARD_LEDGER", `the write ledger ${this.#path} cannot be used: ${what}`, {
      hint: "without it nobody knows what the cells have been through: mend the file or its folder",
      context: { path: this.#path },
      cause,
    });
  }
}

/** The regions that a tile touches: tiles begin at the array's origin. */
function regionsOf({ rows, columns }: Area): { key: string }[] {
  const regions: { key: string }[] = [];
  for (let row = 0; row * regionCells < rows; row++)
    for (let column = 0; column * regionCells < columns; column++) regions.push({ key: `${row},${column}` });
  return regions;
}

function isLedger(file: unknown): file is LedgerFile {
  if (file === null || typeof file !== "object") return false;
  const { format, version, arrays } = file as Partial<LedgerFile>;
  if (format !== "nas4cim-write-ledger" || version !== 1 || arrays === null || typeof arrays !== "object") return false;
  return Object.values(arrays).every(
    (array) =>
      typeof array?.regions === "object" &&
      Object.values(array.regions).every(
        ({ pulses, programmings }) => Number.isFinite(pulses) && Number.isFinite(programmings),
      ),
  );
}
