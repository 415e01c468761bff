// @module convert --enable simd --enable bulk-memory --initialMemory 4 --maximumMemory 65536
//
// The fast twin of src/kernels/reference.ts, which specifies every integer of it.
//
// Inputs are single bits, so eight rows add one of 256 sums to an output: these sums are tabulated once a tile ("four
// Russians"), and a product over 128 rows is 16 table rows added. Memory belongs to the caller: no allocation here.

/** Fills the table: [groups of 8 rows][256 patterns][outputs padded to 8], 16-bit. Contributions: [groups × 8][padded]. */
export function buildTable(contributions: usize, groups: i32, paddedOutputs: i32, table: usize): void {
  const rowBytes = <usize>paddedOutputs << 1;
  for (let group = 0; group < groups; group++) {
    const base = table + <usize>group * 256 * rowBytes;
    memory.fill(base, 0, rowBytes);
    for (let pattern: i32 = 1; pattern < 256; pattern++) {
      // The pattern without its lowest bit is there already; that bit's row joins it.
      const rest = base + <usize>(pattern & (pattern - 1)) * rowBytes;
      const row = contributions + <usize>(group * 8 + ctz(pattern)) * rowBytes;
      const target = base + <usize>pattern * rowBytes;
      for (let byte: usize = 0; byte < rowBytes; byte += 16) {
        v128.store(target + byte, i16x8.add(v128.load(rest + byte), v128.load(row + byte)));
      }
    }
  }
}

/**
 * Converts a batch. There is no noise (noisy 0), noise of one size a column (noisy 1: `noise` has it), or noise that hangs on
 * the active rows (noisy 2: `noise` has the variances without any; the table is built like that of the contributions).
 * Scratch needs paddedRows + 8 × groups16 × 2 + 10 × paddedOutputs bytes (see wasm-kernel.ts).
 * Returns the number of saturated conversions.
 */
export function convert(
  table: usize,
  rows: i32,
  outputs: i32,
  paddedOutputs: i32,
  fractionBits: i32,
  gains: usize,
  offsets: usize,
  noise: usize,
  noisy: i32,
  varianceTable: usize,
  sigmaPerRoot: f32,
  key0: u32,
  key1: u32,
  lowCode: i32,
  highCode: i32,
  data: usize,
  vectors: i32,
  bits: i32,
  firstVector: u32,
  wantSums: i32,
  values: usize,
  scratch: usize,
): i32 {
  const blocks16 = (rows + 15) >> 4;
  const groups = (rows + 7) >> 3;
  const rowBytes = <usize>paddedOutputs << 1;
  const groupBytes = rowBytes << 8;
  const vector16 = scratch;
  const patterns = vector16 + (<usize>blocks16 << 4);
  const patternStride = <usize>blocks16 << 1;
  const lines = patterns + 8 * patternStride + ((8 * patternStride) & 8);
  const variances = lines + rowBytes;
  const sums = variances + rowBytes;
  const half = fractionBits > 0 ? 1 << (fractionBits - 1) : 0;
  const halfs = i16x8.splat(<i16>half);
  const lows = i16x8.splat(<i16>lowCode);
  const highs = i16x8.splat(<i16>highCode);
  // Where the low rail is 0 it is no rail: compare with a code that cannot occur.
  const lowRails = i16x8.splat(<i16>(lowCode < 0 ? lowCode : -32768));
  let saturated = 0;
  memory.fill(vector16, 0, <usize>blocks16 << 4);

  for (let vector = 0; vector < vectors; vector++) {
    memory.copy(vector16, data + <usize>vector * <usize>rows, rows);
    // Transpose: one byte of a row per lane becomes, plane by plane, one bit of a pattern per row.
    let seen = i8x16.splat(0);
    for (let block = 0; block < blocks16; block++) {
      let lanes = i8x16.shl(v128.load(vector16 + (<usize>block << 4)), 8 - bits);
      seen = v128.or(seen, lanes);
      for (let plane = bits - 1; plane >= 0; plane--) {
        store<u16>(patterns + <usize>plane * patternStride + (<usize>block << 1), <u16>i8x16.bitmask(lanes));
        lanes = i8x16.shl(lanes, 1);
      }
    }
    if (wantSums) memory.fill(sums, 0, rowBytes << 1);

    for (let plane = bits - 1; plane >= 0; plane--) {
      const pattern = patterns + <usize>plane * patternStride;
      // No row active, as in an image's background and in the high bits of most activations: nothing to add.
      const isEmpty = !i8x16.bitmask(seen);
      seen = i8x16.shl(seen, 1);
      if (isEmpty) memory.fill(lines, 0, rowBytes);
      else addLines(table, pattern, groups, rowBytes, groupBytes, lines);
      if (noisy == 2) {
        if (isEmpty) memory.fill(variances, 0, rowBytes);
        else addLines(varianceTable, pattern, groups, rowBytes, groupBytes, variances);
      }

      let seed0: u32 = 0;
      let seed1: u32 = 0;
      if (noisy) {
        seed0 = mix32(key0 ^ mix32((firstVector + <u32>vector) ^ (<u32>plane << 28)));
        seed1 = mix32(key1 + seed0);
      }
      // Codes go straight to their place; where rows of codes are no whole registers, by way of the scratch.
      const codeRow = values + ((<usize>(vector * bits + plane) * <usize>outputs) << 2);
      const target = wantSums || outputs != paddedOutputs ? sums : codeRow;
      for (let byte: usize = 0; byte < rowBytes; byte += 16) {
        let line = v128.load(lines + byte);
        line = i16x8.add_sat_s(line, i16x8.q15mulr_sat_s(line, v128.load(gains + byte)));
        line = i16x8.add_sat_s(line, v128.load(offsets + byte));
        if (noisy) {
          const deviates = noiseOf8(seed0, seed1, <u32>(byte >> 1));
          let sigmas = v128.load(noise + byte);
          if (noisy == 2) sigmas = sigmasOf8(i16x8.add(sigmas, v128.load(variances + byte)), sigmaPerRoot);
          line = i16x8.add_sat_s(line, i16x8.q15mulr_sat_s(deviates, sigmas));
        }
        line = i16x8.shr_s(i16x8.add_sat_s(line, halfs), fractionBits);
        const codes = i16x8.min_s(i16x8.max_s(line, lows), highs);
        saturated += popcnt(i16x8.bitmask(v128.or(i16x8.eq(codes, highs), i16x8.eq(codes, lowRails))));
        const first = target + (byte << 1);
        if (wantSums) {
          v128.store(first, i32x4.add(i32x4.shl(v128.load(first), 1), i32x4.extend_low_i16x8_s(codes)));
          v128.store(first, i32x4.add(i32x4.shl(v128.load(first, 16), 1), i32x4.extend_high_i16x8_s(codes)), 16);
        } else {
          v128.store(first, i32x4.extend_low_i16x8_s(codes));
          v128.store(first, i32x4.extend_high_i16x8_s(codes), 16);
        }
      }
      if (!wantSums && outputs != paddedOutputs) memory.copy(codeRow, sums, <usize>outputs << 2);
    }
    if (wantSums) memory.copy(values + ((<usize>vector * <usize>outputs) << 2), sums, <usize>outputs << 2);
  }
  return saturated;
}

/** Adds one table row a group for all outputs. */
// @ts-ignore: decorator
@inline
function addLines(table: usize, pattern: usize, groups: i32, rowBytes: usize, groupBytes: usize, lines: usize): void {
  let block: usize = 0;
  for (; block + 128 <= rowBytes; block += 128) add8(table + block, pattern, groups, rowBytes, groupBytes, lines + block);
  if (block + 64 <= rowBytes) {
    add4(table + block, pattern, groups, rowBytes, groupBytes, lines + block);
    block += 64;
  }
  if (block + 32 <= rowBytes) {
    add2(table + block, pattern, groups, rowBytes, groupBytes, lines + block);
    block += 32;
  }
  if (block < rowBytes) add1(table + block, pattern, groups, rowBytes, groupBytes, lines + block);
}

/** Adds one table row a group for 64 outputs, held in eight registers. */
// @ts-ignore: decorator
@inline
function add8(table: usize, pattern: usize, groups: i32, rowBytes: usize, groupBytes: usize, lines: usize): void {
  let a = i16x8.splat(0);
  let b = i16x8.splat(0);
  let c = i16x8.splat(0);
  let d = i16x8.splat(0);
  let e = i16x8.splat(0);
  let f = i16x8.splat(0);
  let g = i16x8.splat(0);
  let h = i16x8.splat(0);
  for (let group = 0; group < groups; group++) {
    const row = table + <usize>load<u8>(pattern + group) * rowBytes;
    a = i16x8.add(a, v128.load(row));
    b = i16x8.add(b, v128.load(row, 16));
    c = i16x8.add(c, v128.load(row, 32));
    d = i16x8.add(d, v128.load(row, 48));
    e = i16x8.add(e, v128.load(row, 64));
    f = i16x8.add(f, v128.load(row, 80));
    g = i16x8.add(g, v128.load(row, 96));
    h = i16x8.add(h, v128.load(row, 112));
    table += groupBytes;
  }
  v128.store(lines, a);
  v128.store(lines, b, 16);
  v128.store(lines, c, 32);
  v128.store(lines, d, 48);
  v128.store(lines, e, 64);
  v128.store(lines, f, 80);
  v128.store(lines, g, 96);
  v128.store(lines, h, 112);
}

/** The same for 32 outputs. */
// @ts-ignore: decorator
@inline
function add4(table: usize, pattern: usize, groups: i32, rowBytes: usize, groupBytes: usize, lines: usize): void {
  let a = i16x8.splat(0);
  let b = i16x8.splat(0);
  let c = i16x8.splat(0);
  let d = i16x8.splat(0);
  for (let group = 0; group < groups; group++) {
    const row = table + <usize>load<u8>(pattern + group) * rowBytes;
    a = i16x8.add(a, v128.load(row));
    b = i16x8.add(b, v128.load(row, 16));
    c = i16x8.add(c, v128.load(row, 32));
    d = i16x8.add(d, v128.load(row, 48));
    table += groupBytes;
  }
  v128.store(lines, a);
  v128.store(lines, b, 16);
  v128.store(lines, c, 32);
  v128.store(lines, d, 48);
}

/** The same for 16 outputs. */
// @ts-ignore: decorator
@inline
function add2(table: usize, pattern: usize, groups: i32, rowBytes: usize, groupBytes: usize, lines: usize): void {
  let a = i16x8.splat(0);
  let b = i16x8.splat(0);
  for (let group = 0; group < groups; group++) {
    const row = table + <usize>load<u8>(pattern + group) * rowBytes;
    a = i16x8.add(a, v128.load(row));
    b = i16x8.add(b, v128.load(row, 16));
    table += groupBytes;
  }
  v128.store(lines, a);
  v128.store(lines, b, 16);
}

/** The same for 8 outputs. */
// @ts-ignore: decorator
@inline
function add1(table: usize, pattern: usize, groups: i32, rowBytes: usize, groupBytes: usize, lines: usize): void {
  let a = i16x8.splat(0);
  for (let group = 0; group < groups; group++) {
    a = i16x8.add(a, v128.load(table + <usize>load<u8>(pattern + group) * rowBytes));
    table += groupBytes;
  }
  v128.store(lines, a);
}

/** Standard deviations × 8 of eight outputs from their variances, in 32-bit floats as cellSigma of src/kernels/reference.ts. */
// @ts-ignore: decorator
@inline
function sigmasOf8(variances: v128, sigmaPerRoot: f32): v128 {
  return i16x8.narrow_i32x4_s(
    sigmasOf4(i32x4.extend_low_i16x8_u(variances), sigmaPerRoot),
    sigmasOf4(i32x4.extend_high_i16x8_u(variances), sigmaPerRoot),
  );
}

// @ts-ignore: decorator
@inline
function sigmasOf4(variances: v128, sigmaPerRoot: f32): v128 {
  const roots = f32x4.sqrt(f32x4.convert_i32x4_s(variances));
  return i32x4.trunc_sat_f32x4_s(f32x4.add(f32x4.mul(roots, f32x4.splat(sigmaPerRoot)), f32x4.splat(0.5)));
}

/** conversionNoise of src/kernels/noise.ts for eight outputs from `output` on. */
// @ts-ignore: decorator
@inline
function noiseOf8(seed0: u32, seed1: u32, output: u32): v128 {
  const start = i32x4.splat(seed0 + output * 0x9e3779b9);
  const key = i32x4.splat(seed1);
  const low = byteSums(i32x4.add(start, i32x4(0, 0x9e3779b9, 0x3c6ef372, 0xdaa66d2b)), key);
  const high = byteSums(i32x4.add(start, i32x4(0x78dde6e4, 0x1715609d, 0xb54cda56, 0x5384540f)), key);
  const u = i16x8.shl(i16x8.sub(i16x8.narrow_i32x4_s(low, high), i16x8.splat(510)), 6);
  const cube = i16x8.q15mulr_sat_s(i16x8.q15mulr_sat_s(u, u), u);
  return i16x8.add(i16x8.q15mulr_sat_s(u, i16x8.splat(13460)), i16x8.q15mulr_sat_s(cube, i16x8.splat(3200)));
}

/** Hashes four counters and adds the four bytes of each. */
// @ts-ignore: decorator
@inline
function byteSums(counters: v128, key: v128): v128 {
  let x = v128.xor(counters, i32x4.shr_u(counters, 16));
  x = v128.xor(i32x4.mul(x, i32x4.splat(0x7feb352d)), key);
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, i32x4.splat(0x846ca68b));
  x = v128.xor(x, i32x4.shr_u(x, 16));
  return i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(x));
}

/** mix32 of src/base/keyed-random.ts. */
// @ts-ignore: decorator
@inline
function mix32(value: u32): u32 {
  let x = value;
  x ^= x >> 16;
  x *= 0x7feb352d;
  x ^= x >> 15;
  x *= 0x846ca68b;
  x ^= x >> 16;
  return x;
}

/**
 * Exact integer products: data [vectors × stride] unsigned bytes, weights [outputs × stride] 16-bit, both padded with
 * zeros to a stride that is a multiple of 8; values [vectors × outputs] 32-bit.
 */
export function products(data: usize, vectors: i32, stride: i32, weights: usize, outputs: i32, values: usize): void {
  for (let vector = 0; vector < vectors; vector++) {
    const input = data + <usize>vector * <usize>stride;
    let output = 0;
    // Four outputs share each load and widening of the input.
    for (; output + 4 <= outputs; output += 4) {
      const weight = weights + ((<usize>output * <usize>stride) << 1);
      const next = <usize>stride << 1;
      let a = i32x4.splat(0);
      let b = i32x4.splat(0);
      let c = i32x4.splat(0);
      let d = i32x4.splat(0);
      for (let row: usize = 0; row < <usize>stride; row += 8) {
        const x = v128.load8x8_u(input + row);
        const w = weight + (row << 1);
        a = i32x4.add(a, i32x4.dot_i16x8_s(x, v128.load(w)));
        b = i32x4.add(b, i32x4.dot_i16x8_s(x, v128.load(w + next)));
        c = i32x4.add(c, i32x4.dot_i16x8_s(x, v128.load(w + 2 * next)));
        d = i32x4.add(d, i32x4.dot_i16x8_s(x, v128.load(w + 3 * next)));
      }
      store<i32>(values, lanes4(a));
      store<i32>(values, lanes4(b), 4);
      store<i32>(values, lanes4(c), 8);
      store<i32>(values, lanes4(d), 12);
      values += 16;
    }
    for (; output < outputs; output++) {
      const weight = weights + ((<usize>output * <usize>stride) << 1);
      let a = i32x4.splat(0);
      for (let row: usize = 0; row < <usize>stride; row += 8) {
        a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load8x8_u(input + row), v128.load(weight + (row << 1))));
      }
      store<i32>(values, lanes4(a));
      values += 4;
    }
  }
}

/** The sum of four lanes. */
// @ts-ignore: decorator
@inline
function lanes4(x: v128): i32 {
  return i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1) + i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3);
}
