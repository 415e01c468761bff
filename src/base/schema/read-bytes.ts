import { readFileSync, statSync } from "node:fs";
import { messageOf } from "../errors.js";

/** Larger than any file that a person writes; files of figures state their own bound. */
export const maxTextBytes = 4 * 2 ** 20;

/** Why a file gives nothing. */
export interface Unreadable {
  why: string;
  cause?: unknown;
}

/** A regular file's bytes, where they are no more than that. */
export function readBytes(path: string, maxBytes: number): { bytes: Buffer } | Unreadable {
  try {
    const stats = statSync(path);
    // A pipe without a writer would be waited for without end.
    if (!stats.isFile()) return { why: stats.isDirectory() ? "it is a folder" : "it is no regular file" };
    if (stats.size > maxBytes) return { why: `it has ${stats.size} bytes; at most ${maxBytes} are read` };
    return { bytes: readFileSync(path) };
  } catch (error) {
    return { why: messageOf(error), cause: error };
  }
}
