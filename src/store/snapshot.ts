import { accessSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { messageOf, NasError } from "../base/errors.js";

/** Whether SQLite can open a store's file as it wants to: it makes files beside it even to read. */
export function canBeWritten(path: string): boolean {
  try {
    for (const each of [path, dirname(path)]) accessSync(each, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * A copy of a store's file, with the log of what was written last, for who may read it and not write. Removed with it.
 * What a run that is under way saves afterwards is not in it.
 */
export class Snapshot implements Disposable {
  readonly path: string;
  readonly #folder: string;

  /** @throws NAS_RECORD_STORE where the store cannot be read, or there is no room for the copy */
  constructor(original: string) {
    this.#folder = mkdtempSync(join(tmpdir(), "nas4cim-store-"));
    this.path = join(this.#folder, "nas4cim.sqlite");
    try {
      copyFileSync(original, this.path);
      if (existsSync(`${original}-wal`)) copyFileSync(`${original}-wal`, `${this.path}-wal`);
    } catch (error) {
      this[Symbol.dispose]();
      throw new NasError("NAS_RECORD_STORE", `the run store ${original} cannot be read: ${messageOf(error)}`, {
        hint: "see to it that you may read it and that there is room in the folder for temporary files",
        context: { path: original },
        cause: error,
      });
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
