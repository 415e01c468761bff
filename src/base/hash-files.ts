import { createHash } from "node:crypto";
import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { hashJson } from "./hash.js";

/** SHA-256 of a file's bytes, lower-case hex; read piece by piece, so that its size does not matter. Throws what node:fs throws. */
export function hashFile(path: string): string {
  const hash = createHash("sha256");
  const piece = Buffer.alloc(1 << 20);
  const file = openSync(path, "r");
  try {
    for (;;) {
      const count = readSync(file, piece, 0, piece.length, null);
      if (count === 0) return hash.digest("hex");
      hash.update(piece.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}

/**
 * SHA-256 over the names and bytes of all files below a folder, the same wherever the folder lies. Files and folders whose
 * name begins with a dot are left out: editors and file managers leave theirs behind. Throws what node:fs throws.
 */
export function hashFolder(folder: string): string {
  return hashFiles(folder, filesBelow(folder));
}

/** SHA-256 over files by their paths from `folder` and their bytes; their order does not matter. */
export function hashFiles(folder: string, paths: readonly string[]): string {
  return hashJson(
    Object.fromEntries(paths.map((path) => [relative(folder, path).split(sep).join("/"), hashFile(path)])),
  );
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".")) return [];
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}
