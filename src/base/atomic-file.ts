import { openSync, writeSync, fsyncSync, closeSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "./make-folder.js";

/** Writes a whole file or nothing: a temporary file beside it, flushed to disk, then one rename. Makes the folder. */
export function writeFileAtomic(path: string, content: Uint8Array | string): void {
  makeFolder(dirname(path));
  const temporary = `${path}.${process.pid}.part`;
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  const file = openSync(temporary, "w");
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } catch (error) {
    closeSync(file);
    rmSync(temporary, { force: true });
    throw error;
  }
  closeSync(file);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
