/** Searches: stages, candidates with costs and failures, selections. */
export const searches = `
  CREATE TABLE searches (
    id TEXT PRIMARY KEY,
    status TEXT NOT NULL CHECK (status IN ('running', 'interrupted', 'failed', 'done')),
    started_at TEXT NOT NULL,            -- ISO 8601, UTC
    ended_at TEXT,
    space TEXT NOT NULL,
    dataset TEXT NOT NULL,
    seed INTEGER NOT NULL,
    settings TEXT NOT NULL,              -- JSON, SearchSettings
    settings_hash TEXT NOT NULL,
    teacher_hash TEXT NOT NULL,
    data_fingerprint TEXT NOT NULL,
    versions TEXT NOT NULL,              -- JSON
    failure_code TEXT,
    failure_message TEXT,
    process_id INTEGER,                  -- who works on it, or worked on it last; the lock file tells whether it still does
    claimed_at TEXT                      -- ISO 8601, UTC
  ) STRICT;
  CREATE INDEX searches_by_start ON searches (started_at, id);

  CREATE TABLE search_stages (
    search_id TEXT NOT NULL REFERENCES searches (id) ON DELETE CASCADE,
    stage INTEGER NOT NULL,              -- from 0
    result TEXT NOT NULL,                -- JSON, StageRecord
    PRIMARY KEY (search_id, stage)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE search_candidates (
    search_id TEXT NOT NULL REFERENCES searches (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,              -- in the order of task significance, from 0
    network TEXT NOT NULL,
    choice TEXT NOT NULL,                -- JSON, the operator of each layer
    score REAL NOT NULL,
    parameters INTEGER,
    macs INTEGER,
    latency_ms REAL,
    energy_mj REAL,
    edp REAL,
    area_mm2 REAL,
    failure_code TEXT,
    failure_message TEXT,
    PRIMARY KEY (search_id, place)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE search_selections (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    search_id TEXT NOT NULL REFERENCES searches (id) ON DELETE CASCADE,
    selected_at TEXT NOT NULL,           -- ISO 8601, UTC
    selection TEXT NOT NULL              -- JSON, Selection
  ) STRICT;
`;
