import { NasError } from "../base/errors.js";
import { fetchAgainHint } from "./data-file.js";

/** An array of bytes as an IDX file holds it, row-major: `data` is a view of the file's bytes, not a copy. */
export interface IdxArray {
  dimensions: number[];
  /** As many bytes as the product of the dimensions. */
  data: Uint8Array;
}

const unsignedByteType = 0x08;
const largestRank = 4;

/**
 * Reads an IDX file of unsigned bytes: two zero bytes, the element type (8), the rank, one big-endian uint32 a
 * dimension, then the elements; nothing may follow. `file` is named in errors.
 *
 * Throws NAS_DATA_MALFORMED. Allocates nothing in proportion to what the header claims.
 * Source: the format's description on yann.lecun.com/exdb/mnist, which Fashion-MNIST keeps.
 */
export function parseIdx(bytes: Uint8Array, file: string): IdxArray {
  if (bytes.length < 4) throw malformed(file, `it has ${bytes.length} bytes, fewer than the 4 of an IDX magic number`);
  const [zero0, zero1, type, rank] = bytes;
  if (zero0 !== 0 || zero1 !== 0) {
    const found = Buffer.from(bytes.subarray(0, 4)).toString("hex");
    throw malformed(file, `its magic number 0x${found} does not begin with two zero bytes`);
  }
  if (type !== unsignedByteType) {
    throw malformed(file, `its element type is 0x${type.toString(16).padStart(2, "0")}, not 0x08 (unsigned byte)`);
  }
  if (rank < 1 || rank > largestRank) throw malformed(file, `its rank is ${rank}, not 1 … ${largestRank}`);

  const headerBytes = 4 + 4 * rank;
  if (bytes.length < headerBytes) {
    throw malformed(file, `it ends after ${bytes.length} bytes, within its header of ${headerBytes} bytes`);
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const dimensions = Array.from({ length: rank }, (_, axis) => header.getUint32(4 + 4 * axis));
  const claimed = dimensions.reduce((product, size) => product * size, 1);
  const present = bytes.length - headerBytes;
  if (present !== claimed) {
    const problem = present < claimed ? "is cut short" : "has bytes left over";
    throw malformed(file, `it ${problem}: ${dimensions.join(" × ")} elements claimed, ${present} bytes present`);
  }
  return { dimensions, data: bytes.subarray(headerBytes) };
}

function malformed(file: string, problem: string): NasError {
  return new NasError("NAS_DATA_MALFORMED", `${file} is no valid IDX file: ${problem}`, {
    hint: fetchAgainHint,
    context: { file },
  });
}
