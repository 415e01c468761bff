import { existsSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { hashJson } from "../../base/hash.js";
import { NasError } from "../../base/errors.js";

/**
 * A folder of teachers' maps, at most `maxBytes` in all: what is needed longest ago goes first. Searches with the same
 * teacher on the same images share it.
 */
export class MapCache {
  readonly #folder: string;
  readonly #maxBytes: number;
  /** Paths in use: never removed by this process. */
  readonly #used = new Set<string>();

  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /**
   * The path for maps of this content (anything that decides their values), and whether they are there. Where they are not,
   * room for `bytes` is made.
   * @throws NAS_SEARCH_SETTINGS where they would not fit beside those in use
   */
  take(content: unknown, bytes: number): { path: string; isThere: boolean } {
    const path = join(this.#folder, `${hashJson(content).slice(0, 32)}.maps`);
    this.#used.add(path);
    const isThere = existsSync(path) && statSync(path).size === bytes;
    if (isThere) {
      const now = new Date();
      utimesSync(path, now, now);
    } else {
      rmSync(path, { force: true });
      this.#makeRoom(bytes);
    }
    return { path, isThere };
  }

  #makeRoom(bytes: number): void {
    const files = this.#files();
    let total = bytes + files.reduce((sum, file) => sum + file.size, 0);
    for (const file of files.sort((a, b) => a.usedMs - b.usedMs || (a.path < b.path ? -1 : 1))) {
      if (total <= this.#maxBytes) return;
      if (this.#used.has(file.path)) continue;
      rmSync(file.path, { force: true });
      total -= file.size;
    }
    if (total <= this.#maxBytes) return;
    throw new NasError(
      "NAS_SEARCH_SETTINGS",
      `the teacher's maps need ${total} bytes, the cache may have ${this.#maxBytes}`,
      {
        hint: "search on fewer images, or allow a larger cache with --cache-gb",
        context: { folder: this.#folder, needed: total, allowed: this.#maxBytes },
      },
    );
  }

  #files(): { path: string; size: number; usedMs: number }[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder).flatMap((name) => {
      const path = join(this.#folder, name);
      const facts = statSync(path, { throwIfNoEntry: false });
      return facts?.isFile() && name.endsWith(".maps") ? [{ path, size: facts.size, usedMs: facts.mtimeMs }] : [];
    });
  }
}
