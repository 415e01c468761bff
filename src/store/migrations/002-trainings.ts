/** Trainings with their epochs. */
export const trainings = `
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
`;
