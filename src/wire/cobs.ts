/**
 * Consistent Overhead Byte Stuffing (Cheshire and Baker, IEEE/ACM Trans. Networking 7(2), 1999): removes every zero byte, so
 * that a zero can end a frame. One byte more for every 254, and one.
 */

/** The most bytes that so many bytes become, the ending zero not counted. */
export function cobsBound(length: number): number {
  return length + Math.floor(length / 254) + 1;
}

/** Encodes source[0 … length) into `target` from `at` on; gives the place behind. `target` has room for cobsBound(length). */
export function cobsEncode(source: Uint8Array, length: number, target: Uint8Array, at: number): number {
  let codeAt = at;
  let next = at + 1;
  let code = 1;
  for (let index = 0; index < length; index++) {
    const byte = source[index];
    if (byte !== 0) {
      target[next++] = byte;
      if (++code < 255) continue;
      // A full group ends without a zero; where the source ends with it, no empty group follows.
      if (index + 1 === length) break;
    }
    target[codeAt] = code;
    codeAt = next++;
    code = 1;
  }
  target[codeAt] = code;
  return next;
}

/**
 * Decodes source[0 … length), which holds no zero, into `target`; gives the number of bytes, or −1 where it is no COBS.
 * Decoding in place is allowed: what is written is never ahead of what is read.
 */
export function cobsDecode(source: Uint8Array, length: number, target: Uint8Array): number {
  let read = 0;
  let write = 0;
  while (read < length) {
    const code = source[read++];
    if (code === 0 || read + code - 1 > length) return -1;
    for (let count = 1; count < code; count++) target[write++] = source[read++];
    if (code < 255 && read < length) target[write++] = 0;
  }
  return write;
}
