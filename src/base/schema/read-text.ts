import { isUtf8 } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import { messageOf } from "../errors.js";

/** Larger than any file that a person writes; files of figures state their own bound. */
export const maxTextBytes = 4 * 2 ** 20;

/** A file's text without the byte order mark that some editors put first, or why there is none. */
export function readText(path: string, maxBytes = maxTextBytes): { text: string } | { why: string; cause?: unknown } {
  try {
    const stats = statSync(path);
    // A pipe without a writer would be waited for without end.
    if (!stats.isFile()) return { why: stats.isDirectory() ? "it is a folder" : "it is no regular file" };
    if (stats.size > maxBytes) return { why: `it has ${stats.size} bytes; at most ${maxBytes} are read` };
    const bytes = readFileSync(path);
    return isUtf8(bytes) ? { text: withoutMark(bytes.toString("utf8")) } : { why: "it is no UTF-8 text" };
  } catch (error) {
    return { why: messageOf(error), cause: error };
  }
}

export function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, "");
}
