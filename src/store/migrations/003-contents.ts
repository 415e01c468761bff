/** What decides a run, by content; a run is entered before that is known. Seals over what finished runs say. Tags and notes. */
export const contents = `

CREATE TABLE new_runs (
  id TEXT PRIMARY KEY,
  status TEXT NOT NULL CHECK (status IN ('running', 'interrupted', 'failed', 'finished')),
  started_at TEXT NOT NULL,            -- ISO 8601, UTC
  finished_at TEXT,
  configuration TEXT NOT NULL,         -- JSON
  contents TEXT,                       -- JSON, RunContents; set when all is loaded; never set in runs of earlier schemas
  config_hash TEXT,                    -- from here to data_fingerprint: set with the contents
  network_hash TEXT,
  data_fingerprint TEXT,
  seed INTEGER NOT NULL,
  versions TEXT NOT NULL,              -- JSON
  subject TEXT NOT NULL,               -- JSON, MacroSummary; its name alone until the macro is open
  reference TEXT NOT NULL,             -- JSON, likewise
  failure_code TEXT,
  failure_message TEXT,
  process_id INTEGER,                  -- who works on it, or worked on it last; the lock file tells whether it still does
  claimed_at TEXT,                     -- ISO 8601, UTC
  headline TEXT,                       -- JSON, RunHeadline; set when finished
  document TEXT,                       -- JSON, RunDocument; set when finished
  document_sha256 TEXT,                -- of the document's text; absent where an earlier schema kept it
  seal TEXT,                           -- SHA-256 over what a finished run says, see seal.ts; absent likewise
  tags TEXT NOT NULL DEFAULT '[]',     -- JSON, [string], sorted
  note TEXT
) STRICT;
INSERT INTO new_runs (id, status, started_at, finished_at, configuration, config_hash, network_hash, data_fingerprint, seed,
    versions, subject, reference, failure_code, failure_message, process_id, claimed_at, headline, document)
  SELECT id, status, started_at, finished_at, configuration, config_hash, network_hash, data_fingerprint, seed,
    versions, subject, reference, failure_code, failure_message, process_id, claimed_at, headline, document FROM runs;
DROP TABLE runs;
ALTER TABLE new_runs RENAME TO runs;
CREATE INDEX runs_by_start ON runs (started_at, id);

ALTER TABLE steps ADD COLUMN json_sha256 TEXT;  -- of json's text; absent where an earlier schema kept it
`;
