import { NasError } from "../base/errors.js";
import { runs } from "./migrations/001-runs.js";
import { trainings } from "./migrations/002-trainings.js";
import { contents } from "./migrations/003-contents.js";
import { searches } from "./migrations/004-searches.js";
import type { Database } from "./sqlite.js";

/** Marks the file as a nas4cim store in SQLite's header ("N4CM"), so that another program's database is refused. */
const applicationId = 0x4e34434d;

/** Step i takes a store from schema version i to i + 1. Never edit a published step: append one, in a file of its own. */
const migrations: readonly string[] = [runs, trainings, contents, searches];

/** The newest schema version this program knows. */
export const schemaVersion = migrations.length;

/**
 * Brings an open store to the schema `wanted`, the newest where it is left out, and sets its durability: what a call acknowledged survives a kill and a power cut.
 * @throws NAS_RECORD_VERSION where a newer nas4cim wrote it, NAS_RECORD_STORE where it is not a nas4cim store.
 */
export function prepareSchema(database: Database, wanted = schemaVersion): void {
  refuseForeign(database);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  if (versionOf(database) < wanted) migrate(database, wanted);
  database.exec("PRAGMA foreign_keys = ON");
}

function migrate(database: Database, wanted: number): void {
  // A table that is made anew under its old name must not take along the rows that refer to it.
  database.exec("PRAGMA foreign_keys = OFF");
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
