import { takeShared } from "./shared-buffers.js";
import { align16, growMemory, instantiate } from "./wasm-module.js";

/** Geometry of an unrolling; the names are those of a MatrixLayer in network/quantize.ts. */
export interface UnrollShape {
  height: number;
  width: number;
  channels: number;
  kernelHeight: number;
  kernelWidth: number;
  stride: number;
  padding: number;
  outHeight: number;
  outWidth: number;
}

interface DigitalExports {
  unroll: (
    maps: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    kernelHeight: number,
    kernelWidth: number,
    stride: number,
    padding: number,
    outHeight: number,
    outWidth: number,
    rowBegin: number,
    rowEnd: number,
    padded: number,
    vectors: number,
  ) => void;
  requantize: (
    sums: number,
    total: number,
    outputs: number,
    multiplier: number,
    offset: number,
    lowest: number,
    highest: number,
    activations: number,
  ) => void;
}

/** Address 0 stays free, so that no pointer is ever falsy. */
const base = 1024;

let instance: (DigitalExports & { memory: WebAssembly.Memory }) | undefined;

function kernel(bytes: number): DigitalExports & { memory: WebAssembly.Memory } {
  instance ??= instantiate<DigitalExports>("digital");
  growMemory(instance.memory, base + bytes);
  return instance;
}

/**
 * Unrolls maps [images × height × width × channels] into input vectors, rows rowBegin … rowEnd − 1 of each. The same bytes
 * as mapping/im2col.ts. The result lies in shared memory, so that kernel threads read it without a copy.
 */
export function unrollFast(
  shape: UnrollShape,
  maps: Uint8Array,
  images: number,
  rowBegin: number,
  rowEnd: number,
): Uint8Array {
  const { height, width, channels, kernelHeight, kernelWidth, stride, padding, outHeight, outWidth } = shape;
  const mapsBytes = align16(maps.length);
  const paddedBytes = align16((height + 2 * padding) * (width + 2 * padding) * channels + 16);
  const bytes = images * outHeight * outWidth * (rowEnd - rowBegin);
  const { memory, unroll } = kernel(mapsBytes + paddedBytes + bytes + 16);
  const padded = base + mapsBytes;
  const vectors = padded + paddedBytes;
  new Uint8Array(memory.buffer).set(maps, base);
  unroll(
    base,
    images,
    height,
    width,
    channels,
    kernelHeight,
    kernelWidth,
    stride,
    padding,
    outHeight,
    outWidth,
    rowBegin,
    rowEnd,
    padded,
    vectors,
  );
  const result = new Uint8Array(takeShared(bytes));
  result.set(new Uint8Array(memory.buffer, vectors, bytes));
  return result;
}

/**
 * Sums [n × outputs] become activations: clip(⌊sum × multiplier + offset + ½⌋, lowest, highest), signed where lowest is
 * below zero. The same bytes as requantize in network/integer-network.ts.
 * @param range within 0 … 255, or within −128 … 127
 */
export function requantizeFast(
  sums: Int32Array,
  multiplier: Float64Array,
  offset: Float64Array,
  { lowest, highest }: { lowest: number; highest: number },
): Uint8Array | Int8Array {
  const outputs = multiplier.length;
  const sumsBytes = align16(sums.byteLength);
  const channelBytes = 2 * multiplier.byteLength;
  const { memory, requantize } = kernel(sumsBytes + 2 * channelBytes + sums.length);
  const factors = base + sumsBytes;
  const offsets = factors + channelBytes;
  const activations = offsets + channelBytes;
  new Int32Array(memory.buffer).set(sums, base / 4);
  const doubles = new Float64Array(memory.buffer);
  for (const [address, values] of [[factors, multiplier] as const, [offsets, offset] as const]) {
    doubles.set(values, address / 8);
    doubles.set(values, address / 8 + outputs);
  }
  requantize(base, sums.length, outputs, factors, offsets, lowest, highest, activations);
  const Activations = lowest < 0 ? Int8Array : Uint8Array;
  return new Activations(memory.buffer, activations, sums.length).slice();
}
