import { createRequire } from "node:module";
import { messageOf, NasError } from "../base/errors.js";

/** What SQLite stores in one field; booleans and dates are the caller's to encode. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/** One result row: column name -> value. */
export type SqlRow = Record<string, SqlValue>;

/** The part of `DatabaseSync` used here; node:sqlite and @photostructure/sqlite share it. */
interface DatabaseHandle {
  exec(sql: string): void;
  prepare(sql: string): StatementHandle;
  close(): void;
}

interface StatementHandle {
  run(...values: SqlValue[]): { changes: number | bigint };
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): SqlRow[];
}

interface SqliteLibrary {
  DatabaseSync: new (path: string) => DatabaseHandle;
}

/** An open SQLite file; every failure of SQLite leaves it as NAS_RECORD_STORE with the file's path and a hint. */
export class Database implements Disposable {
  readonly path: string;
  readonly #handle: DatabaseHandle;
  readonly #statements = new Map<string, StatementHandle>();
  #open = true;

  /** Opens or creates the file; its folder must exist. `busyMilliseconds`: how long to wait for another writer. */
  constructor(path: string, busyMilliseconds = 10_000) {
    this.path = path;
    const { DatabaseSync } = sqliteLibrary();
    this.#handle = translated(path, () => new DatabaseSync(path));
    this.exec(`PRAGMA busy_timeout = ${busyMilliseconds}`);
  }

  /** Runs statements without parameters or results. */
  exec(sql: string): void {
    translated(this.path, () => this.#handle.exec(sql));
  }

  /** Runs one statement; gives the number of rows it changed. */
  run(sql: string, ...values: SqlValue[]): number {
    return translated(this.path, () => Number(this.#prepared(sql).run(...values).changes));
  }

  /** The first row, or undefined where there is none. */
  get(sql: string, ...values: SqlValue[]): SqlRow | undefined {
    return translated(this.path, () => this.#prepared(sql).get(...values));
  }

  /** All rows. */
  all(sql: string, ...values: SqlValue[]): SqlRow[] {
    return translated(this.path, () => this.#prepared(sql).all(...values));
  }

  /** All of `work` or nothing of it; it is on the disk when this returns. */
  transaction<T>(work: () => T): T {
    // IMMEDIATE: a transaction that reads first and writes later could otherwise meet "busy" with no way to wait.
    this.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.exec("COMMIT");
      return result;
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  /** Closes the file, its write-ahead log folded in where nobody else is at it; a second close does nothing. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#statements.clear();
    try {
      // SQLite does so itself when the last connection goes, but @photostructure/sqlite 1.2.1 leaves connections half open as
      // long as their statements await the garbage collector. Without a log this does nothing; where others are at it, neither.
      this.#handle.exec("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // What was acknowledged is in the log; the next to open the file reads it there.
    }
    this.#handle.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Undoes the open transaction; some failures (a full disk) have already done so, which is no further failure. */
  #rollback(): void {
    try {
      this.#handle.exec("ROLLBACK");
    } catch {
      // Nothing was open any more: the failure that led here is the one to tell.
    }
  }

  #prepared(sql: string): StatementHandle {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#handle.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** Whether SQLite refused because another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  return error instanceof NasError && error.context.sqliteCode === SQLITE_BUSY;
}

const SQLITE_BUSY = 5;

/** SQLite's result codes (https://www.sqlite.org/rescode.html) a person can do something about, with SQLite's text for each. */
const curable: readonly { code: number; text: string; hint: string }[] = [
  {
    code: SQLITE_BUSY,
    text: "database is locked",
    hint: "another process is writing to this store; try again when it has finished",
  },
  {
    code: 8,
    text: "attempt to write a readonly database",
    hint: "make the folder writable, or choose another runs folder",
  },
  { code: 10, text: "disk I/O error", hint: "the disk reported a failure; check its health and free space" },
  {
    code: 11,
    text: "database disk image is malformed",
    hint: "the file is damaged: move it away to start a new store, and try `sqlite3 <file> .recover` to rescue what it holds",
  },
  {
    code: 13,
    text: "database or disk is full",
    hint: "free some disk space and run the command again: everything acknowledged before is kept",
  },
  { code: 14, text: "unable to open database file", hint: "check that the folder exists and is writable" },
  {
    code: 26,
    text: "file is not a database",
    hint: "this file is not a run store: move it away, or choose another runs folder",
  },
];

function translated<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const message = messageOf(error);
    const code = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : undefined;
    // @photostructure/sqlite 1.2.1 gives some failures of a statement without their code, but with SQLite's text.
    const known = curable.find((each) => (code === undefined ? message.includes(each.text) : each.code === code));
    throw new NasError("NAS_RECORD_STORE", `the run store ${path} failed: ${message}`, {
      hint: known?.hint ?? "this is a defect of nas4cim; please report it with the message above",
      context: { path, sqliteCode: code ?? known?.code },
      cause: error,
    });
  }
}

let library: SqliteLibrary | undefined;

/** node:sqlite where this Node has it without a flag (22.13 on), else @photostructure/sqlite; loaded at first use. */
function sqliteLibrary(): SqliteLibrary {
  library ??= loadBuiltIn() ?? loadPackage();
  return library;
}

const load = createRequire(import.meta.url);

/** node:sqlite, without its ExperimentalWarning: that one warning at that one import, no other. */
function loadBuiltIn(): SqliteLibrary | undefined {
  const emitWarning = process.emitWarning.bind(process) as (...all: unknown[]) => void;
  const original = Object.getOwnPropertyDescriptor(process, "emitWarning");
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    if (rest[0] === "ExperimentalWarning" && messageOf(warning).startsWith("SQLite")) return;
    emitWarning(warning, ...rest);
  };
  try {
    return load("node:sqlite") as SqliteLibrary;
  } catch {
    return undefined;
  } finally {
    if (original !== undefined) Object.defineProperty(process, "emitWarning", original);
  }
}

function loadPackage(): SqliteLibrary {
  try {
    return load("@photostructure/sqlite") as SqliteLibrary;
  } catch (error) {
    throw new NasError("NAS_RECORD_STORE", `no SQLite for Node ${process.versions.node}: ${messageOf(error)}`, {
      hint: "use Node 22.13 or newer, which has SQLite built in, or run `npm install @photostructure/sqlite`",
      context: { node: process.versions.node, platform: process.platform, arch: process.arch },
      cause: error,
    });
  }
}
