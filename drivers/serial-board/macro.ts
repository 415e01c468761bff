import {
  adcOutputs,
  NasError,
  throwIfAborted,
  type CallOptions,
  type InputBlock,
  type Macro,
  type MacroCondition,
  type MacroIdentity,
  type MacroSettings,
  type MacroSpec,
  type OutputBlock,
  type ProgramReport,
  type TileImage,
} from "nas4cim/driver";
import {
  pack,
  packedRowBytes,
  productsPerVector,
  productWidth,
  readBody,
  readMap,
  specOf,
  unpack,
  writeBody,
  type Capabilities,
} from "nas4cim/wire";
import type { BoardLink } from "./board-link.js";
import { checked } from "./board-answer.js";
import type { Contents } from "./contents.js";
import type { Timeouts } from "./timeouts.js";
import type { WriteLedger } from "./write-ledger.js";

/** The host's own limits of a write, besides the board's. */
export interface WriteLimits {
  maxVoltageMv: number;
  maxPulseNs: number;
  maxPulsesPerCell: number;
}

export interface SerialBoardParts {
  link: BoardLink;
  capabilities: Capabilities;
  contents: Contents;
  ledger: WriteLedger;
  limits: WriteLimits;
  timeouts: Timeouts;
  /** What is given back when the board is closed. */
  release: () => void;
}

/** Bytes of inputs or answers that one request may have: some milliseconds of the fastest line. */
const requestBytes = 32768;
/** Calls that may overlap: enough for the next batch to be on the line while the board works on this one. */
const parallelCalls = 4;

/** A board on a wire as a macro: batches cut into requests that follow each other without waiting. */
export class SerialBoard implements Macro {
  readonly spec: MacroSpec;
  readonly identity: MacroIdentity;
  readonly #parts: SerialBoardParts;

  constructor(parts: SerialBoardParts) {
    const { capabilities } = parts;
    this.#parts = parts;
    this.spec = { ...specOf(capabilities), maxVectors: 65536, parallelCalls };
    this.identity = {
      driver: "serial-board",
      kind: capabilities.isVirtual ? "virtual" : "silicon",
      chipId: capabilities.chip,
      description: `${capabilities.model} ${capabilities.serial} with chip ${capabilities.chip}, firmware ${capabilities.firmware}`,
    };
  }

  async configure(settings: MacroSettings, call?: CallOptions): Promise<void> {
    const { link, contents, timeouts } = this.#parts;
    await Promise.all(
      settings.adcStepLevels.map(async ({ array, levels }) => {
        const body = writeBody("configure", { array, stepLevels: levels });
        checked(
          await link.request("configure", body, { timeoutMs: timeouts.of(body.length), ...call }),
          "configure",
          array,
        );
        contents.configured(array, levels);
      }),
    );
  }

  async program(image: TileImage, call?: CallOptions): Promise<ProgramReport> {
    const { link, contents, ledger, limits, timeouts } = this.#parts;
    throwIfAborted(call?.signal);
    const { array, rows, columns, levels } = image;
    const tile = this.#keys(call).tile ?? 0;
    const body = writeBody("program", { array, rows, columns, tile, reserved: 0, ...limits }, levels);
    // A board keeps the step of the job before; a macro that was opened begins with its finest.
    if (!contents.hasStep(array))
      await this.configure({ adcStepLevels: [{ array, levels: this.spec.adcStepLevels[0] }] }, call);
    ledger.begin(image, limits.maxPulsesPerCell);
    contents.lost(array);
    const options = { timeoutMs: timeouts.program(levels.length), signal: call?.signal };
    const reply = checked(await link.request("program", body, options), "program", array);
    const { cells, cellsOutOfTolerance, pulses } = readBody("programReport", reply).values;
    const counted = pulses === 0xffffffff ? undefined : pulses;
    ledger.end(image, limits.maxPulsesPerCell, counted);
    contents.programmed(image, tile, cellsOutOfTolerance);
    return { cells, cellsOutOfTolerance, ...(counted === undefined ? {} : { pulses: counted }) };
  }

  async readback(array: number, call?: CallOptions): Promise<TileImage> {
    const { link, timeouts } = this.#parts;
    const cells = this.spec.arrayRows * this.spec.arrayColumns;
    const options = { timeoutMs: timeouts.readback(cells), signal: call?.signal };
    return readTile(checked(await link.request("readback", writeBody("array", { array }), options), "readback", array));
  }

  async compute(inputs: InputBlock, call?: CallOptions): Promise<OutputBlock> {
    const { array, vectors, bits, want } = inputs;
    // By hand one may multiply with what an earlier job has programmed: the board knows how large it is.
    const columns = this.#parts.contents.columnsOf(array) ?? (await this.readback(array, call)).columns;
    const outputs = adcOutputs(this.spec, columns);
    const perVector = productsPerVector(this.spec, want, bits, columns);
    const values = new Int32Array(vectors * perVector);
    const most = this.#vectorsPerRequest(inputs, perVector);
    const parts: Promise<number>[] = [];
    for (let first = 0; first < vectors; first += most) {
      const count = Math.min(most, vectors - first);
      parts.push(
        this.#multiply(inputs, first, count, values.subarray(first * perVector, (first + count) * perVector), call),
      );
    }
    // All must have ended: nobody may still write into what is given away.
    const ends = await Promise.allSettled(parts);
    let saturated = 0;
    for (const end of ends) {
      if (end.status === "rejected") throw end.reason;
      saturated += end.value;
    }
    return { vectors, outputs, values, saturated };
  }

  /** Temperature and supply where the board has them; the line as the host sees it. */
  async condition(): Promise<MacroCondition> {
    const { link, timeouts, contents } = this.#parts;
    const reply = await link.request("status", undefined, { timeoutMs: timeouts.of(4096) });
    const status = readMap("status", checked(reply, "status"));
    return {
      uptimeSeconds: status.uptimeMs / 1000,
      temperatureCelsius: status.temperatureC,
      supplyVolts: status.supplyV,
      isStopped: status.isStopped,
      pulses: status.pulses,
      secondsSinceProgramming: contents.ages(),
      link: link.condition(),
    };
  }

  async stop(): Promise<void> {
    await this.#parts.link.stop();
  }

  async release(): Promise<void> {
    const { link, timeouts } = this.#parts;
    checked(await link.request("release", undefined, { timeoutMs: timeouts.of(64) }), "release");
  }

  /** Ends gracefully: what runs on the board ends, then the line is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.link.close();
    this.#parts.release();
  }

  /** Only boards that key simulated noise are told what keys it. */
  #keys(call?: CallOptions): NonNullable<CallOptions["keys"]> {
    return this.#parts.capabilities.keyedNoise ? (call?.keys ?? {}) : {};
  }

  #vectorsPerRequest({ rows, bits, want }: InputBlock, perVector: number): number {
    const { width } = productWidth(this.spec, want, bits);
    const { maxMessage } = this.#parts.link.session.welcome!;
    const bytes = Math.max(packedRowBytes(rows, bits), packedRowBytes(perVector, width));
    const most = Math.floor((Math.min(requestBytes, maxMessage) - 64) / bytes);
    return Math.max(1, Math.min(most, this.#parts.capabilities.maxVectors));
  }

  /** One request; gives the saturated conversions. */
  async #multiply(
    inputs: InputBlock,
    first: number,
    count: number,
    values: Int32Array,
    call?: CallOptions,
  ): Promise<number> {
    const { link, timeouts } = this.#parts;
    const { array, rows, bits, want } = inputs;
    const { firstVector = 0, repeat = 0 } = this.#keys(call);
    const data = pack(inputs.data.subarray(first * rows, (first + count) * rows), count, rows, bits);
    const head = {
      array,
      vectors: count,
      rows,
      bits,
      want: want === "codes" ? 0 : 1,
      firstVector: firstVector + first,
      repeat,
    };
    const body = writeBody("multiply", head, data);
    const { width, isSigned } = productWidth(this.spec, want, bits);
    const perVector = values.length / count;
    const answerBytes = count * packedRowBytes(perVector, width);
    const options = { timeoutMs: timeouts.multiply(body.length + answerBytes, count * bits), signal: call?.signal };
    const reply = checked(await link.request("multiply", body, options), "compute", array);
    const { values: answer, data: packed } = readBody("products", reply, () => answerBytes);
    if (
      answer.vectors !== count ||
      answer.width !== width ||
      answer.outputs * (want === "codes" ? bits : 1) !== perVector
    )
      throw new NasError(
        "NAS_WIRE_PROTOCOL",
        `the board answers ${answer.vectors} × ${answer.outputs} products of ${answer.width} bits`,
        {
          hint: "it breaks docs/wire-protocol.md: correct its firmware",
          context: { array, ...answer },
        },
      );
    unpack(packed, count, perVector, width, isSigned, values);
    return answer.saturated;
  }
}

/** The body of an answer to `readback`. @throws NAS_WIRE_PROTOCOL */
export function readTile(body: Uint8Array): TileImage {
  const { values, data } = readBody("tile", body, ({ rows, columns }) => rows * columns);
  return { array: values.array, rows: values.rows, columns: values.columns, levels: data.slice() };
}
