import { NasError } from "../base/errors.js";
import type { Database } from "./sqlite.js";

/** Marks the file as a nas4cim store in SQLite's header ("N4CM"), so that another program's database is refused. */
const applicationId = 0x4e34434d;

/** Step i takes a store from schema version i to i + 1. Never edit a published step: append one. */
const migrations: readonly string[] = [
  `
  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    status TEXT NOT NULL CHECK (status IN ('running', 'interrupted', 'failed', 'finished')),
    started_at TEXT NOT NULL,            -- ISO 8601, UTC
    finished_at TEXT,
    configuration TEXT NOT NULL,         -- JSON
    config_hash TEXT NOT NULL,
    network_hash TEXT NOT NULL,
    data_fingerprint TEXT NOT NULL,
    seed INTEGER NOT NULL,
    versions TEXT NOT NULL,              -- JSON
    subject TEXT NOT NULL,               -- JSON, MacroSummary
    reference TEXT NOT NULL,             -- JSON, MacroSummary
    failure_code TEXT,
    failure_message TEXT,
    process_id INTEGER,                  -- who works on it, or worked on it last; the lock file tells whether it still does
    claimed_at TEXT,                     -- ISO 8601, UTC
    headline TEXT,                       -- JSON, RunHeadline; set when finished
    document TEXT                        -- JSON, RunDocument; set when finished
  ) STRICT;
  CREATE INDEX runs_by_start ON runs (started_at, id);

  CREATE TABLE steps (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    step TEXT NOT NULL,
    key TEXT NOT NULL,
    json TEXT,
    seconds REAL NOT NULL,
    saved_at TEXT NOT NULL,              -- ISO 8601, UTC
    PRIMARY KEY (run_id, step, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE step_blobs (
    run_id TEXT NOT NULL,
    step TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (run_id, step, key, name),
    FOREIGN KEY (run_id, step, key) REFERENCES steps (run_id, step, key) ON DELETE CASCADE
  ) STRICT;

  CREATE TABLE measurements (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    value REAL,                          -- NULL is NaN, which SQLite cannot hold
    unit TEXT NOT NULL,
    limit_min REAL,
    limit_max REAL,
    verdict TEXT NOT NULL CHECK (verdict IN ('pass', 'fail', 'none')),
    PRIMARY KEY (run_id, position)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE trainings (
    id TEXT PRIMARY KEY,
    status TEXT NOT NULL CHECK (status IN ('running', 'interrupted', 'diverged', 'failed', 'done')),
    started_at TEXT NOT NULL,            -- ISO 8601, UTC
    ended_at TEXT,
    recipe_name TEXT NOT NULL,
    recipe TEXT NOT NULL,                -- JSON
    recipe_hash TEXT NOT NULL,
    network TEXT NOT NULL,
    dataset TEXT NOT NULL,
    seed INTEGER NOT NULL,
    data_sha256 TEXT NOT NULL,
    output_folder TEXT NOT NULL,         -- absolute
    phases TEXT NOT NULL,                -- JSON, [{ phase, epochs }]
    versions TEXT NOT NULL,              -- JSON
    failure_code TEXT,
    failure_message TEXT,
    process_id INTEGER,                  -- who works on it, or worked on it last; the lock file tells whether it still does
    claimed_at TEXT,                     -- ISO 8601, UTC
    result TEXT                          -- JSON, TrainingResult; set when done
  ) STRICT;
  CREATE INDEX trainings_by_start ON trainings (started_at, id);

  CREATE TABLE training_epochs (
    training_id TEXT NOT NULL REFERENCES trainings (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,           -- over all phases
    phase TEXT NOT NULL,
    epoch INTEGER NOT NULL,              -- from 1 in each phase
    loss REAL NOT NULL,
    train_accuracy REAL NOT NULL,
    held_out_accuracy REAL,
    seconds REAL NOT NULL,
    learning_rate REAL,
    PRIMARY KEY (training_id, position)
  ) STRICT, WITHOUT ROWID;
  `,
];

/** The newest schema version this program knows. */
export const schemaVersion = migrations.length;

/**
 * Brings an open store to the schema `wanted`, the newest where it is left out, and sets its durability: what a call acknowledged survives a kill and a power cut.
 * @throws NAS_RECORD_VERSION where a newer nas4cim wrote it, NAS_RECORD_STORE where it is not a nas4cim store.
 */
export function prepareSchema(database: Database, wanted = schemaVersion): void {
  refuseForeign(database);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
  if (versionOf(database) >= wanted) return;
  database.transaction(() => {
    // Read again under the write lock: another process may have migrated meanwhile.
    for (let version = versionOf(database); version < wanted; version++) database.exec(migrations[version]);
    database.exec(`PRAGMA user_version = ${wanted}; PRAGMA application_id = ${applicationId}`);
  });
}

function refuseForeign(database: Database): void {
  const version = versionOf(database);
  if (version === 0) {
    const tables = Number(database.get("SELECT count(*) AS tables FROM sqlite_master")?.tables);
    if (tables === 0) return;
  }
  if (Number(database.get("PRAGMA application_id")?.application_id) !== applicationId) {
    throw new NasError("NAS_RECORD_STORE", `${database.path} is a database of another program`, {
      hint: "choose another runs folder, or move the file away",
      context: { path: database.path },
    });
  }
  if (version > schemaVersion) {
    throw new NasError(
      "NAS_RECORD_VERSION",
      `${database.path} has schema version ${version}; this nas4cim knows versions up to ${schemaVersion}`,
      {
        hint: "update nas4cim, or choose another runs folder",
        context: { path: database.path, found: version, known: schemaVersion },
      },
    );
  }
}

function versionOf(database: Database): number {
  return Number(database.get("PRAGMA user_version")?.user_version);
}
