/** Runs with their steps, and the judged figures of the finished ones. */
export const runs = `
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
`;
