// @module digital --enable simd --enable bulk-memory --initialMemory 4 --maximumMemory 65536
//
// The digital work beside the macro, fast: unrolling (readable twin: src/mapping/im2col.ts) and requantization (readable
// twin: requantize in src/network/integer-network.ts). Memory belongs to the caller; no allocation here.

/**
 * Copies `length` bytes, 16 at a time; up to 15 bytes behind the end are overwritten, so writers must go upwards.
 */
// @ts-ignore: decorator
@inline
function copyUp(to: usize, from: usize, length: i32): void {
  for (let byte = 0; byte < length; byte += 16) v128.store(to + byte, v128.load(from + byte));
}

/**
 * Unrolls maps [images × height × width × channels] into vectors [images × outHeight × outWidth × (rowEnd − rowBegin)].
 * `padded` has room for one padded map and 16 bytes more; `vectors` for 16 bytes more than the result. All sizes in bytes.
 */
export function unroll(
  maps: usize,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  stride: i32,
  padding: i32,
  outHeight: i32,
  outWidth: i32,
  rowBegin: i32,
  rowEnd: i32,
  padded: usize,
  vectors: usize,
): void {
  const lineBytes = (width + 2 * padding) * channels;
  const patchBytes = kernelWidth * channels;
  const mapLine = width * channels;
  memory.fill(padded, 0, (height + 2 * padding) * lineBytes);
  let to = vectors;
  for (let image = 0; image < images; image++) {
    for (let y = 0; y < height; y++) {
      memory.copy(padded + (y + padding) * lineBytes + padding * channels, maps, mapLine);
      maps += mapLine;
    }
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        const origin = padded + y * stride * lineBytes + x * stride * channels;
        for (let ky = 0; ky < kernelHeight; ky++) {
          const begin = max(rowBegin, ky * patchBytes);
          const end = min(rowEnd, (ky + 1) * patchBytes);
          if (begin >= end) continue;
          copyUp(to, origin + ky * lineBytes + begin - ky * patchBytes, end - begin);
          to += end - begin;
        }
      }
    }
  }
}

/**
 * Sums [count × outputs] become bytes: clip(⌊sum × multiplier + offset + ½⌋, lowest, highest), signed ones in two's
 * complement. Multiplier and offset are [2 × outputs] doubles (the channels twice over), so that pairs of an odd number of channels are read in one piece.
 * Multiplication and addition round apart, as in JavaScript: no fused operation may come in.
 */
export function requantize(
  sums: usize,
  total: i32,
  outputs: i32,
  multiplier: usize,
  offset: usize,
  lowest: i32,
  highest: i32,
  activations: usize,
): void {
  const half = f64x2.splat(0.5);
  const bottom = f64x2.splat(<f64>lowest);
  const top = f64x2.splat(<f64>highest);
  let channel = 0;
  let index = 0;
  for (; index + 2 <= total; index += 2) {
    const pair = f64x2.convert_low_i32x4_s(v128.load64_zero(sums + (<usize>index << 2)));
    const scaled = f64x2.add(
      f64x2.add(f64x2.mul(pair, v128.load(multiplier + (<usize>channel << 3))), v128.load(offset + (<usize>channel << 3))),
      half,
    );
    const clipped = i32x4.trunc_sat_f64x2_s_zero(f64x2.min(f64x2.max(f64x2.floor(scaled), bottom), top));
    store<u8>(activations + index, <u8>i32x4.extract_lane(clipped, 0));
    store<u8>(activations + index, <u8>i32x4.extract_lane(clipped, 1), 1);
    channel += 2;
    while (channel >= outputs) channel -= outputs;
  }
  if (index < total) {
    const value = Math.floor(<f64>load<i32>(sums + (<usize>index << 2)) * load<f64>(multiplier + (<usize>channel << 3)) + load<f64>(offset + (<usize>channel << 3)) + 0.5);
    store<u8>(activations + index, <u8><i32>max(<f64>lowest, min(<f64>highest, value)));
  }
}
