import { isNasError } from "../base/errors.js";
import { logicalRows, type Macro, type MacroSpec, type TileImage } from "../macro/macro.js";
import type { Answer } from "../wire/board-session.js";
import { writeMap } from "../wire/cbor.js";
import type { OperationName, StatusName } from "../wire/constants.js";
import { inputBytes, productWidth, readBody, writeBody, writeCapabilities } from "../wire/messages.js";
import { pack, unpack } from "../wire/packing.js";
import { capabilitiesOf, type BoardFacts } from "./board-facts.js";
import { MacroTime } from "./macro-time.js";

/** Pulses that write-verify gives a cell on average: Wan et al., Nature 608, 504 (2022). */
const pulsesPerCell = 8.5;

/** What goes wrong on the board itself, not on its line. */
export interface BoardFaults {
  /** The supply fails at this programming, counted from 1: half of its cells are written, then the board restarts. */
  brownOutAtProgram?: number;
  /** The board restarts before it executes this request, counted from 1. */
  resetAtRequest?: number;
}

interface Programmed {
  rows: number;
  columns: number;
  tile: number;
}

/**
 * A board around a macro: carries out what the wire asks for, in the time that hardware would take. Its cells outlive a
 * restart, what it knows of them does not.
 */
export class MacroBoard {
  readonly #open: (seed: number) => Promise<Macro>;
  readonly #facts: BoardFacts;
  readonly #faults: BoardFaults;
  readonly #time = new MacroTime();
  #macro: Macro;
  #seed: number;
  /** What the cells hold; and what the board knows of it since it started. */
  readonly #cells = new Map<number, Programmed>();
  #known = new Map<number, Programmed>();
  #steps = new Map<number, number>();
  #requests = 0;
  #programs = 0;
  #pulses = 0;
  #startedMs = performance.now();
  #stop = new AbortController();
  /** Called where the board must restart by itself. */
  onRestart?: () => void;

  private constructor(
    open: (seed: number) => Promise<Macro>,
    macro: Macro,
    seed: number,
    facts: BoardFacts,
    faults: BoardFaults,
  ) {
    this.#open = open;
    this.#macro = macro;
    this.#seed = seed;
    this.#facts = facts;
    this.#faults = faults;
  }

  /** @param open opens the macro with its noise keyed by a seed */
  static async start(
    open: (seed: number) => Promise<Macro>,
    facts: BoardFacts,
    faults: BoardFaults = {},
  ): Promise<MacroBoard> {
    return new MacroBoard(open, await open(0), 0, facts, faults);
  }

  /** Forgets what a restart forgets. */
  async restart(): Promise<void> {
    this.#known = new Map();
    this.#startedMs = performance.now();
    this.#pulses = 0;
    this.#stop = new AbortController();
    const [levels] = this.#spec.adcStepLevels;
    await this.#macro.configure({ adcStepLevels: [...this.#steps.keys()].map((array) => ({ array, levels })) });
    this.#steps = new Map();
  }

  /** Emergency stop: what runs ends as soon as it can. */
  stop(): void {
    this.#stop.abort();
  }

  async close(): Promise<void> {
    this.stop();
    await this.#macro[Symbol.asyncDispose]();
  }

  /** Carries one request out. */
  async handle(operation: OperationName, body: Uint8Array, badFrames: number): Promise<Answer> {
    if (++this.#requests === this.#faults.resetAtRequest) return this.#crash();
    try {
      switch (operation) {
        case "capabilities":
          return {
            status: "ok",
            body: writeCapabilities(capabilitiesOf(this.#spec, this.#macro.identity, this.#facts)),
          };
        case "status":
          return { status: "ok", body: this.#status(badFrames) };
        case "release":
          this.#stop = new AbortController();
          return { status: "ok" };
        case "noiseKey":
          return await this.#key(readBody("noiseKey", body).values.seed);
        case "configure":
          return await this.#configure(body);
        case "program":
          return await this.#program(body);
        case "adopt":
          return this.#adopt(body);
        case "readback":
          return await this.#readback(body);
        case "multiply":
          return await this.#multiply(body);
        case "event":
          return { status: "badRequest" };
      }
    } catch (error) {
      return { status: statusOfError(error) };
    }
  }

  get #spec(): MacroSpec {
    return this.#macro.spec;
  }

  #status(badFrames: number): Uint8Array {
    return writeMap("status", {
      uptimeMs: Math.round(performance.now() - this.#startedMs),
      temperatureC: 25,
      supplyV: 3.3,
      isStopped: this.#stop.signal.aborted,
      pulses: this.#pulses,
      programmed: [...this.#known.keys()].sort((a, b) => a - b).slice(0, 1024),
      badFrames,
    });
  }

  /** Another key is another writing: the cells are forgotten with it. */
  async #key(seed: number): Promise<Answer> {
    if (seed !== this.#seed) {
      await this.#macro[Symbol.asyncDispose]();
      this.#macro = await this.#open(seed);
      this.#seed = seed;
      this.#cells.clear();
      this.#known.clear();
      this.#steps.clear();
    }
    return { status: "ok" };
  }

  async #configure(body: Uint8Array): Promise<Answer> {
    const { array, stepLevels } = readBody("configure", body).values;
    await this.#macro.configure({ adcStepLevels: [{ array, levels: stepLevels }] });
    this.#steps.set(array, stepLevels);
    return { status: "ok" };
  }

  async #program(body: Uint8Array): Promise<Answer> {
    const { values, data } = readBody("program", body, ({ rows, columns }) => rows * columns);
    const { array, rows, columns, tile, maxVoltageMv, maxPulseNs, maxPulsesPerCell } = values;
    if (this.#stop.signal.aborted) return { status: "stopped" };
    const isAllowed =
      maxVoltageMv <= this.#facts.maxVoltageMv &&
      maxPulseNs <= this.#facts.maxPulseNs &&
      maxPulsesPerCell <= this.#facts.maxPulsesPerCell;
    if (!isAllowed) return { status: "limit" };
    const image: TileImage = { array, rows, columns, levels: data.slice() };
    if (++this.#programs === this.#faults.brownOutAtProgram) return this.#brownOut(image, tile);
    const report = await this.#macro.program(image, { keys: { tile } });
    this.#known.set(array, { rows, columns, tile });
    this.#cells.set(array, { rows, columns, tile });
    await this.#time.spend(report.cells * this.#facts.writeCellNs);
    const pulses = report.pulses ?? Math.round(report.cells * pulsesPerCell);
    this.#pulses += pulses;
    if (this.#stop.signal.aborted) return { status: "stopped" };
    const { cells, cellsOutOfTolerance } = report;
    return { status: "ok", body: writeBody("programReport", { cells, cellsOutOfTolerance, pulses }) };
  }

  async #brownOut(image: TileImage, tile: number): Promise<Answer> {
    const half = image.levels.slice().fill(0, image.levels.length >> 1);
    await this.#macro.program({ ...image, levels: half }, { keys: { tile } });
    this.#cells.set(image.array, { rows: image.rows, columns: image.columns, tile });
    return this.#crash();
  }

  /** The answer never leaves: whoever it is for finds another boot. */
  #crash(): Promise<Answer> {
    setImmediate(() => this.onRestart?.());
    return new Promise(() => undefined);
  }

  #adopt(body: Uint8Array): Answer {
    const { array, rows, columns, tile } = readBody("tile", body).values;
    const cells = this.#cells.get(array);
    if (!cells || cells.rows !== rows || cells.columns !== columns || cells.tile !== tile)
      return { status: "notProgrammed" };
    this.#known.set(array, cells);
    return { status: "ok" };
  }

  async #readback(body: Uint8Array): Promise<Answer> {
    const { array } = readBody("array", body).values;
    const known = this.#known.get(array);
    if (!known) return { status: "notProgrammed" };
    const { rows, columns, levels } = await this.#macro.readback(array);
    await this.#time.spend(levels.length * this.#facts.readCellNs);
    return { status: "ok", body: writeBody("tile", { array, rows, columns, reserved: 0, tile: known.tile }, levels) };
  }

  async #multiply(body: Uint8Array): Promise<Answer> {
    const { values, data } = readBody("multiply", body, inputBytes);
    const { array, vectors, rows, bits, firstVector, repeat } = values;
    const want = values.want === 0 ? "codes" : "sums";
    const known = this.#known.get(array);
    if (this.#stop.signal.aborted) return { status: "stopped" };
    if (!known) return { status: "notProgrammed" };
    if (bits < 1 || bits > 8 || values.want > 1 || rows !== logicalRows(this.#spec, known.rows))
      return { status: "range" };
    const inputs = new Uint8Array(vectors * rows);
    unpack(data, vectors, rows, bits, false, inputs);
    const { width, isSigned } = productWidth(this.#spec, want, bits);
    const block = { array, vectors, rows, bits, data: inputs, want } as const;
    if (inputs.length + vectors * known.columns * width > this.#facts.memoryBytes) return { status: "memory" };
    const answer = await this.#macro.compute(block, { keys: { firstVector, repeat } });
    await this.#time.spend(vectors * bits * this.#facts.planeNs);
    const { outputs, saturated } = answer;
    const packed = pack(answer.values, vectors, answer.values.length / Math.max(1, vectors), width);
    const head = { vectors, outputs, width, isSigned: isSigned ? 1 : 0, reserved: 0, saturated };
    return { status: "ok", body: writeBody("products", head, packed) };
  }
}

function statusOfError(error: unknown): StatusName {
  if (isNasError(error, "NAS_WIRE_PROTOCOL")) return "badRequest";
  if (isNasError(error, "NAS_MACRO_RANGE")) return "range";
  if (isNasError(error, "NAS_MACRO_CONTRACT")) return "notProgrammed";
  return "hardware";
}
