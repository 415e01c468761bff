import { NasError } from "../base/errors.js";
import { assertKernelCall, assertKernelTile } from "./check-tile.js";
import { keyOfReading } from "./noise.js";
import { align16, growMemory, instantiate } from "./wasm-module.js";
import type { KernelCall, KernelResult, KernelTile } from "./tile-kernel.js";

/** Values of a call that are computed before they are copied out: they stay in the processor's cache. */
const mostValuesAtOnce = 65536;

/** What convert.wasm exports; see assembly/convert.ts. */
interface ConvertExports {
  buildTable(contributions: number, groups: number, paddedOutputs: number, table: number): void;
  convert(
    table: number,
    rows: number,
    outputs: number,
    paddedOutputs: number,
    fractionBits: number,
    gains: number,
    offsets: number,
    noise: number,
    noisy: number,
    varianceTable: number,
    sigmaPerRoot: number,
    key0: number,
    key1: number,
    lowCode: number,
    highCode: number,
    data: number,
    vectors: number,
    bits: number,
    firstVector: number,
    wantSums: number,
    values: number,
    scratch: number,
  ): number;
  products(data: number, vectors: number, stride: number, weights: number, outputs: number, values: number): void;
}

/** A tile whose tables stand in the kernel's memory. */
interface PreparedTile {
  tile: KernelTile;
  paddedOutputs: number;
  /** 0 none, 1 of one size a column, 2 by the active rows. */
  noisy: 0 | 1 | 2;
  table: number;
  varianceTable: number;
  gains: number;
  offsets: number;
  noise: number;
  bytes: number;
}

/** Weights of an exact product in the kernel's memory. */
interface PreparedWeights {
  rows: number;
  stride: number;
  outputs: number;
  address: number;
  bytes: number;
}

/**
 * The fast kernel on one thread. Tiles are prepared once (their subset-sum tables stay in memory), then run on any number
 * of batches. Gives the same integers as convertReference.
 */
export class WasmKernel {
  readonly #exports: ConvertExports & { memory: WebAssembly.Memory };
  readonly #tiles = new Map<string, PreparedTile>();
  readonly #weights = new Map<string, PreparedWeights>();
  /** Freed blocks by size: tiles of a macro have few sizes, so a freed block nearly always fits the next tile. */
  readonly #free = new Map<number, number[]>();
  #top = 1024;

  constructor() {
    this.#exports = instantiate<ConvertExports>("convert");
  }

  /** Builds a tile's tables under an id; an id that is there is replaced. @throws NAS_KERNEL_FAILED */
  prepare(id: string, tile: KernelTile): void {
    assertKernelTile(tile);
    this.release(id);
    const { outputs, cellNoise } = tile;
    const groups = Math.ceil(tile.rows / 8);
    const paddedOutputs = Math.ceil(outputs / 8) * 8;
    const lineBytes = paddedOutputs * 2;
    const tableBytes = groups * 256 * lineBytes;
    const tables = cellNoise ? 2 : 1;
    const bytes = tables * tableBytes + 3 * lineBytes;
    const table = this.#allocate(bytes);
    const varianceTable = table + (tables - 1) * tableBytes;
    const gains = table + tables * tableBytes;
    const [offsets, noise] = [gains + lineBytes, gains + 2 * lineBytes];
    this.#buildTable(tile, tile.contributions, groups, paddedOutputs, table);
    if (cellNoise) this.#buildTable(tile, cellNoise.variances, groups, paddedOutputs, varianceTable);
    const memory = new Int16Array(this.#exports.memory.buffer);
    memory.fill(0, gains / 2, (gains + 3 * lineBytes) / 2);
    memory.set(tile.gains, gains / 2);
    memory.set(tile.offsets, offsets / 2);
    // Outputs of the padding stay without noise, so that none of them is ever counted as saturated.
    memory.set(cellNoise ? new Int16Array(outputs).fill(cellNoise.always) : tile.noise, noise / 2);
    const noisy = cellNoise ? 2 : tile.noise.some((sigma) => sigma > 0) ? 1 : 0;
    this.#tiles.set(id, { tile, paddedOutputs, noisy, table, varianceTable, gains, offsets, noise, bytes });
  }

  /** Tabulates the sums of [rows × outputs] values over all patterns of eight rows. */
  #buildTable(
    { rows, outputs }: KernelTile,
    values: Int16Array,
    groups: number,
    paddedOutputs: number,
    table: number,
  ): void {
    const from = this.#reserve(groups * 8 * paddedOutputs * 2);
    const memory = new Int16Array(this.#exports.memory.buffer);
    const padded = memory.subarray(from / 2, from / 2 + groups * 8 * paddedOutputs).fill(0);
    for (let row = 0; row < rows; row++)
      padded.set(values.subarray(row * outputs, (row + 1) * outputs), row * paddedOutputs);
    this.#exports.buildTable(from, groups, paddedOutputs, table);
  }

  /** Frees a tile's or a weight matrix's memory; an unknown id is no error. */
  release(id: string): void {
    const tile = this.#tiles.get(id);
    if (tile) this.#give(tile.table, tile.bytes);
    const weights = this.#weights.get(id);
    if (weights) this.#give(weights.address, weights.bytes);
    this.#tiles.delete(id);
    this.#weights.delete(id);
  }

  /**
   * Runs a batch on a prepared tile. `into`, where it is given, takes the values and must have their number.
   * @throws NAS_KERNEL_FAILED
   */
  run(id: string, call: KernelCall, into?: Int32Array): KernelResult {
    const prepared = this.#tiles.get(id);
    if (!prepared) throw unknownId(id);
    const { tile } = prepared;
    assertKernelCall(tile, call);
    const perVector = call.want === "codes" ? call.bits * tile.outputs : tile.outputs;
    const values = into ?? new Int32Array(call.vectors * perVector);
    const most = Math.max(1, Math.floor(mostValuesAtOnce / perVector));
    let saturated = 0;
    for (let first = 0; first < call.vectors; first += most) {
      const vectors = Math.min(most, call.vectors - first);
      const part = values.subarray(first * perVector, (first + vectors) * perVector);
      saturated += this.#runPart(prepared, call, first, vectors, part);
    }
    return { values, saturated };
  }

  /** Some of a call's vectors, their values copied out. Returns how many conversions saturated. */
  #runPart(prepared: PreparedTile, call: KernelCall, first: number, vectors: number, into: Int32Array): number {
    const { tile, paddedOutputs, noisy, table } = prepared;
    const blocks = Math.ceil(tile.rows / 16);
    const scratchBytes = blocks * 16 + 8 * blocks * 2 + 16 + paddedOutputs * 10;
    const dataBytes = align16(vectors * tile.rows);
    const valuesBytes = align16(into.length * 4);
    const data = this.#reserve(dataBytes + valuesBytes + scratchBytes);
    const values = data + dataBytes;
    const inputs = call.data.subarray(first * tile.rows, (first + vectors) * tile.rows);
    new Uint8Array(this.#exports.memory.buffer).set(inputs, data);
    const saturated = this.#exports.convert(
      table,
      tile.rows,
      tile.outputs,
      paddedOutputs,
      tile.fractionBits,
      prepared.gains,
      prepared.offsets,
      prepared.noise,
      noisy,
      prepared.varianceTable,
      tile.cellNoise?.sigmaPerRoot ?? 0,
      ...keyOfReading(tile.noiseKey, call.repeat ?? 0),
      tile.lowCode,
      tile.highCode,
      data,
      vectors,
      call.bits,
      call.firstVector + first,
      call.want === "sums" ? 1 : 0,
      values,
      values + valuesBytes,
    );
    into.set(new Int32Array(this.#exports.memory.buffer, values, into.length));
    return saturated;
  }

  /** Keeps an integer weight matrix [outputs × rows] (values of 9 bits at most) for `products`. */
  prepareWeights(id: string, weights: Int16Array, rows: number, outputs: number): void {
    this.release(id);
    const stride = Math.ceil(rows / 8) * 8;
    const bytes = stride * outputs * 2;
    const address = this.#allocate(bytes);
    const memory = new Int16Array(this.#exports.memory.buffer)
      .subarray(address / 2, address / 2 + stride * outputs)
      .fill(0);
    for (let output = 0; output < outputs; output++)
      memory.set(weights.subarray(output * rows, (output + 1) * rows), output * stride);
    this.#weights.set(id, { rows, stride, outputs, address, bytes });
  }

  /** Exact integer products of unsigned byte vectors [vectors × rows] with kept weights: [vectors × outputs]. */
  products(id: string, data: Uint8Array, vectors: number, into?: Int32Array): Int32Array {
    const kept = this.#weights.get(id);
    if (!kept) throw unknownId(id);
    const { rows, stride, outputs } = kept;
    const dataBytes = align16(vectors * stride);
    const start = this.#reserve(dataBytes + vectors * outputs * 4);
    const memory = new Uint8Array(this.#exports.memory.buffer);
    if (stride === rows) memory.set(data, start);
    else {
      memory.fill(0, start, start + dataBytes);
      for (let vector = 0; vector < vectors; vector++)
        memory.set(data.subarray(vector * rows, (vector + 1) * rows), start + vector * stride);
    }
    this.#exports.products(start, vectors, stride, kept.address, outputs, start + dataBytes);
    return copyResult(new Int32Array(this.#exports.memory.buffer, start + dataBytes, vectors * outputs), into);
  }

  /** A block that stays until it is given back. */
  #allocate(bytes: number): number {
    const size = align16(bytes);
    const reused = this.#free.get(size)?.pop();
    if (reused !== undefined) return reused;
    const address = this.#top;
    this.#top += size;
    growMemory(this.#exports.memory, this.#top);
    return address;
  }

  #give(address: number, bytes: number): void {
    const size = align16(bytes);
    const blocks = this.#free.get(size) ?? [];
    blocks.push(address);
    this.#free.set(size, blocks);
  }

  /** Room above all kept blocks, valid until the next allocation. */
  #reserve(bytes: number): number {
    growMemory(this.#exports.memory, this.#top + bytes);
    return this.#top;
  }
}

function unknownId(id: string): NasError {
  return new NasError("NAS_KERNEL_FAILED", `nothing is prepared under "${id}"`, {
    hint: "program the array before computing on it",
    context: { id },
  });
}

/** Out of the kernel's memory, which the next call writes over. */
function copyResult(result: Int32Array, into?: Int32Array): Int32Array {
  if (into === undefined) return result.slice();
  into.set(result);
  return into;
}
