import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, openSync, readFileSync, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { messageOf, NasError } from "../base/errors.js";

/** A file of a data set in memory. */
export interface DataFile {
  /** What errors call it: a path or an address. */
  name: string;
  /** The bytes as they are stored: what published hashes are about. */
  stored: Uint8Array;
  /** The same where the file is not compressed, else what it unpacks to. */
  content: Uint8Array;
}

/** What every error about a broken file advises. */
export const fetchAgainHint = "fetch the official file again, or take it away so that nas4cim looks elsewhere";

/**
 * Reads a file; see dataFileOf. Throws NAS_DATA_NOT_FOUND where it cannot be read and NAS_DATA_MALFORMED where it is
 * larger than `limitBytes`, on disk or unpacked.
 */
export function readDataFile(path: string, limitBytes: number): DataFile {
  return dataFileOf(readWithin(path, limitBytes), path, limitBytes);
}

/**
 * A file from its bytes, unpacked where they are gzip (recognised by content, not by name). What it unpacks to may not
 * be larger than `limitBytes`, so that a hostile file cannot fill the memory: else NAS_DATA_MALFORMED.
 */
export function dataFileOf(stored: Uint8Array, name: string, limitBytes: number): DataFile {
  if (stored[0] !== 0x1f || stored[1] !== 0x8b) return { name, stored, content: plainBytes(stored) };
  try {
    return { name, stored, content: plainBytes(gunzipSync(stored, { maxOutputLength: limitBytes })) };
  } catch (error) {
    throw new NasError("NAS_DATA_MALFORMED", `${name} cannot be decompressed: ${messageOf(error)}`, {
      hint: fetchAgainHint,
      context: { file: name, limitBytes },
      cause: error,
    });
  }
}

/** The same bytes as no Buffer: slice() of a Buffer shares memory where that of a Uint8Array copies. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Hash of bytes, lower-case hex; MD5 and SHA-1 only where they are what was published. */
export function hashOf(algorithm: "md5" | "sha1" | "sha256", bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest("hex");
}

/** Whether `path` is a file (or a link to one). */
export function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function readWithin(path: string, limitBytes: number): Uint8Array {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { size } = fstatSync(file);
    if (size <= limitBytes) return readFileSync(file);
    throw new NasError("NAS_DATA_MALFORMED", `${path} has ${size} bytes, more than the ${limitBytes} it may have`, {
      hint: fetchAgainHint,
      context: { file: path, bytes: size, limitBytes },
    });
  } catch (error) {
    if (error instanceof NasError) throw error;
    throw new NasError("NAS_DATA_NOT_FOUND", `${path} cannot be read: ${messageOf(error)}`, {
      hint: "check that the file may be read",
      context: { file: path },
      cause: error,
    });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
