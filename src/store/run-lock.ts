import { closeSync, openSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "../base/make-folder.js";
import { Database, isBusy } from "./sqlite.js";

/**
 * The lock of one run, held by one process at a time: an exclusive SQLite lock on an empty file of its own. The operating
 * system drops it when the process ends, however it ends, so that there is nothing stale to clear and no process id to mistake.
 */
export class RunLock implements Disposable {
  // Used by exec alone: @photostructure/sqlite 1.2.1 keeps a closed connection, and its lock, until the garbage collector has
  // been at every statement prepared on it.
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  /** Takes the lock, or gives undefined where somebody else holds it. Makes the file and its folder. */
  static take(path: string): RunLock | undefined {
    makeFolder(dirname(path));
    for (;;) {
      // Never open a file that is there: closing it again would drop the lock this very process may hold on it (POSIX).
      if (fileIdentity(path) === undefined) closeSync(openSync(path, "a"));
      const before = fileIdentity(path);
      const database = new Database(path, probeMilliseconds);
      try {
        // MEMORY: the file stays empty, so that it needs no journal file beside it.
        database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
      } catch (error) {
        database.close();
        if (isBusy(error)) return undefined;
        throw error;
      }
      // A holder removes the file before it lets go: a lock on a file that is no longer at this path protects nothing.
      if (before !== undefined && before === fileIdentity(path)) return new RunLock(database);
      database.close();
    }
  }

  /** Whether somebody holds the lock now. */
  static isHeld(path: string): boolean {
    if (fileIdentity(path) === undefined) return false;
    const database = new Database(path, 0);
    try {
      // A shared lock: it tells whether the exclusive one is taken without standing in another prober's way.
      database.exec("SELECT count(*) FROM sqlite_master");
      return false;
    } catch (error) {
      if (isBusy(error)) return true;
      throw error;
    } finally {
      database.close();
    }
  }

  /** Lets go and removes the file. */
  [Symbol.dispose](): void {
    try {
      rmSync(this.#database.path, { force: true });
    } catch {
      // Windows keeps open files: the empty file stays and serves the next holder.
    }
    this.#database.close();
  }
}

/** How long a taker waits for a prober's shared lock to pass, milliseconds. */
const probeMilliseconds = 200;

function fileIdentity(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}
