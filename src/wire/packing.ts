/**
 * Integers of 1 to 32 bits one after the other without gaps, the lowest bit of a value in the lowest free bit of a byte,
 * each row of values from a new byte on.
 */

/** Bytes of a row. */
export function packedRowBytes(values: number, width: number): number {
  return Math.ceil((values * width) / 8);
}

/** Packs rows of unsigned or two's complement values: [rows × values]. */
export function pack(source: ArrayLike<number>, rows: number, values: number, width: number): Uint8Array {
  if (width === 8) return Uint8Array.from(source, (value) => value);
  const rowBytes = packedRowBytes(values, width);
  const packed = new Uint8Array(rows * rowBytes);
  for (let row = 0; row < rows; row++) {
    let at = row * rowBytes;
    let held = 0;
    let bits = 0;
    for (let index = row * values; index < (row + 1) * values; index++) {
      // In two pieces, so that what is held never exceeds 32 bits.
      const value = source[index];
      for (let done = 0; done < width;) {
        const piece = Math.min(16, width - done);
        held |= ((value >> done) & (2 ** piece - 1)) << bits;
        bits += piece;
        done += piece;
        while (bits >= 8) {
          packed[at++] = held;
          held >>>= 8;
          bits -= 8;
        }
      }
    }
    if (bits > 0) packed[at] = held;
  }
  return packed;
}

/** Reads what `pack` wrote into `target`: [rows × values]. `packed` holds rows × packedRowBytes(values, width). */
export function unpack(
  packed: Uint8Array,
  rows: number,
  values: number,
  width: number,
  isSigned: boolean,
  target: Uint8Array | Int32Array,
): void {
  const rowBytes = packedRowBytes(values, width);
  const shift = isSigned ? 32 - width : 0;
  for (let row = 0; row < rows; row++) {
    let at = row * rowBytes;
    let held = 0;
    let bits = 0;
    for (let index = row * values; index < (row + 1) * values; index++) {
      let value = 0;
      for (let done = 0; done < width;) {
        const piece = Math.min(16, width - done);
        while (bits < piece) {
          held |= packed[at++] << bits;
          bits += 8;
        }
        value |= (held & (2 ** piece - 1)) << done;
        held >>>= piece;
        bits -= piece;
        done += piece;
      }
      target[index] = (value << shift) >> shift;
    }
  }
}
