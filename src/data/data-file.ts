import { closeSync, existsSync, fstatSync, openSync, readFileSync, statSync } from "node:fs";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { messageOf, NasError } from "../base/errors.js";

/** A file of a data set in memory, decompressed where it was gzip. */
export interface DataFile {
  path: string;
  content: Uint8Array;
  /** MD5, lower-case hex, of the file as it lies on disk: what the data set's authors published. */
  md5: string;
}

/**
 * Reads a file, decompressing gzip (recognised by its content, not its name).
 *
 * Neither the file nor what it unpacks to may be larger than `limitBytes`, so that a hostile file cannot fill the
 * memory. Throws NAS_DATA_MALFORMED for a file that is too large or no valid gzip, NAS_DATA_NOT_FOUND where it cannot
 * be read.
 */
export function readDataFile(path: string, limitBytes: number): DataFile {
  const stored = readWithin(path, limitBytes);
  const md5 = createHash("md5").update(stored).digest("hex");
  return { path, content: gunzipWithin(stored, limitBytes, path), md5 };
}

/**
 * The bytes themselves, or what they unpack to where they are gzip: at most `limitBytes`, else NAS_DATA_MALFORMED.
 * `name` is named in errors.
 */
export function gunzipWithin(stored: Uint8Array, limitBytes: number, name: string): Uint8Array {
  if (stored[0] !== 0x1f || stored[1] !== 0x8b) return stored;
  try {
    return gunzipSync(stored, { maxOutputLength: limitBytes });
  } catch (error) {
    throw new NasError("NAS_DATA_MALFORMED", `${name} cannot be decompressed: ${messageOf(error)}`, {
      hint: "fetch the official file again, or delete it so that nas4cim fetches it",
      context: { file: name, limitBytes },
      cause: error,
    });
  }
}

/** Whether `path` is a file (or a link to one). */
export function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function readWithin(path: string, limitBytes: number): Uint8Array {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    const { size } = fstatSync(file);
    if (size > limitBytes) {
      throw new NasError("NAS_DATA_MALFORMED", `${path} has ${size} bytes, more than the ${limitBytes} it may have`, {
        hint: "fetch the official file again, or delete it so that nas4cim fetches it",
        context: { file: path, bytes: size, limitBytes },
      });
    }
    return readFileSync(file);
  } catch (error) {
    throw error instanceof NasError ? error : unreadable(path, error);
  } finally {
    closeSync(file);
  }
}

function unreadable(path: string, error: unknown): NasError {
  return new NasError("NAS_DATA_NOT_FOUND", `${path} cannot be read: ${messageOf(error)}`, {
    hint: "check that the file is there and may be read",
    context: { file: path },
    cause: error,
  });
}
