import { NasError } from "../base/errors.js";
import type { NewSearch, SearchCandidate, SearchDocument, SearchStatus, StoredSearch } from "../record/search.js";
import { Holds } from "./holds.js";
import { matchRunId } from "./match-run-id.js";
import { failureAndClaim, parse } from "./rows.js";
import { checkRunId, newRunId } from "./run-id.js";
import type { Database, SqlRow } from "./sqlite.js";
import { strictJson } from "./strict-json.js";

/**
 * The searches in a store: stages, candidates with costs and failures, selections. As with runs, whoever creates or claims a
 * search holds it until its status is set or the store is closed, and only the holder writes to it; selections alone may be
 * added at any time. What a call acknowledged survives a kill.
 */
export class SearchStore {
  readonly #database: Database;
  readonly #holds: Holds;

  /** The store's own; `database` stays the caller's. */
  constructor(folder: string, database: Database) {
    this.#database = database;
    this.#holds = new Holds(folder, "search");
  }

  /** Enters a search with status "running" and claims it for this process; gives its id. @throws NAS_RUN_RESUME */
  create(search: NewSearch): string {
    const id = search.id === undefined ? newRunId(search.startedAt) : checkRunId(search.id);
    this.#enter(id, () => {
      if (this.#database.get("SELECT 1 FROM searches WHERE id = ?", id) !== undefined) {
        throw new NasError("NAS_RUN_RESUME", `there is a search ${id} already`, {
          hint: "resume it, or start the new search under another id",
          context: { id },
        });
      }
      this.#database.run(
        `INSERT INTO searches (id, status, started_at, space, dataset, seed, settings, settings_hash, teacher_hash,
           data_fingerprint, versions, process_id, claimed_at) VALUES (?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        search.startedAt,
        search.space,
        search.dataset,
        search.seed,
        strictJson(search.settings, "settings"),
        search.settingsHash,
        search.teacherHash,
        search.dataFingerprint,
        strictJson(search.versions, "versions"),
        process.pid,
        new Date().toISOString(),
      );
    });
    return id;
  }

  /** Takes up a search that stopped before its end. @throws NAS_RUN_RESUME where a live process works on it, NAS_RECORD_NOT_FOUND */
  claim(wanted: string): StoredSearch {
    const { id } = this.get(wanted);
    if (!this.#holds.has(id)) {
      this.#enter(id, () => {
        this.#database.run(
          `UPDATE searches SET status = 'running', process_id = ?, claimed_at = ?, ended_at = NULL, failure_code = NULL,
             failure_message = NULL WHERE id = ?`,
          process.pid,
          new Date().toISOString(),
          id,
        );
      });
    }
    return this.get(id);
  }

  /** Keeps what a stage's training came to; the same stage again replaces it. @throws NAS_RUN_RESUME */
  saveStage(id: string, stage: number, result: unknown): void {
    this.#holds.mustHold(id);
    this.#database.run(
      "INSERT OR REPLACE INTO search_stages (search_id, stage, result) VALUES (?, ?, ?)",
      id,
      stage,
      strictJson(result, `stage ${stage + 1}`),
    );
  }

  /** Adds candidates to the ledger, in one transaction; the same place again replaces it. @throws NAS_RUN_RESUME */
  saveCandidates(id: string, candidates: readonly SearchCandidate[]): void {
    this.#holds.mustHold(id);
    this.#database.transaction(() => {
      for (const candidate of candidates) {
        this.#database.run(
          `INSERT OR REPLACE INTO search_candidates (search_id, place, network, choice, score, parameters, macs, latency_ms,
             energy_mj, edp, area_mm2, failure_code, failure_message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          id,
          candidate.place,
          candidate.network,
          strictJson(candidate.choice, "choice"),
          candidate.score,
          candidate.parameters ?? null,
          candidate.macs ?? null,
          candidate.latencyMs ?? null,
          candidate.energyMillijoule ?? null,
          candidate.edp ?? null,
          candidate.areaMm2 ?? null,
          candidate.failure?.code ?? null,
          candidate.failure?.message ?? null,
        );
      }
    });
  }

  /** Adds a selection made from a search. */
  saveSelection(id: string, selection: unknown): void {
    this.#database.run(
      "INSERT INTO search_selections (search_id, selected_at, selection) VALUES (?, ?, ?)",
      id,
      new Date().toISOString(),
      strictJson(selection, "selection"),
    );
  }

  /** Ends work on a search, with the reason where there is one, and lets go of it. @throws NAS_RUN_RESUME */
  setStatus(
    id: string,
    status: Exclude<SearchStatus, "running">,
    reason: { code?: string; message?: string } = {},
  ): void {
    this.#holds.mustHold(id);
    this.#database.run(
      "UPDATE searches SET status = ?, ended_at = ?, failure_code = ?, failure_message = ? WHERE id = ?",
      status,
      new Date().toISOString(),
      reason.code ?? null,
      reason.message ?? null,
      id,
    );
    this.#holds.release(id);
  }

  /** The search of this id, or of the only id that begins so; "latest" is the newest. @throws NAS_RECORD_NOT_FOUND */
  get(id: string): StoredSearch {
    const ids = this.ids();
    const found = id === "latest" && ids.length > 0 ? ids[0] : matchRunId(id, ids, "search");
    return this.#read(this.#rowOf(found));
  }

  /** Newest first; all of them without a limit. */
  list(options: { limit?: number } = {}): StoredSearch[] {
    const rows = this.#database.all(`${selectSearches} ORDER BY started_at DESC, id DESC LIMIT ?`, options.limit ?? -1);
    return rows.map((row) => this.#read(row));
  }

  /** Newest first. */
  ids(): string[] {
    return this.#database.all("SELECT id FROM searches ORDER BY started_at DESC, id DESC").map((row) => String(row.id));
  }

  /** What the stages came to so far, in order. */
  stages(id: string): unknown[] {
    return this.#database
      .all("SELECT result FROM search_stages WHERE search_id = ? ORDER BY stage", id)
      .map((row) => parse<unknown>(row.result, id));
  }

  /** The ledger so far, in the order of task significance. */
  candidates(id: string): SearchCandidate[] {
    return this.#database
      .all("SELECT * FROM search_candidates WHERE search_id = ? ORDER BY place", id)
      .map(candidateFromRow);
  }

  /** A search with all that it found. @throws NAS_RECORD_NOT_FOUND */
  document(id: string): SearchDocument {
    const search = this.get(id);
    const selections = this.#database
      .all("SELECT selection FROM search_selections WHERE search_id = ? ORDER BY position", search.id)
      .map((row) => parse<unknown>(row.selection, search.id));
    return {
      format: "nas4cim-search",
      version: 1,
      search,
      stages: this.stages(search.id),
      candidates: this.candidates(search.id),
      selections,
    };
  }

  /** Lets go of all searches; one that is still "running" shows as interrupted from now on. */
  close(): void {
    this.#holds.releaseAll();
  }

  /** Takes the search's lock for good where `work` succeeds. */
  #enter(id: string, work: () => void): void {
    this.#holds.take(id, () => this.#database.transaction(work));
  }

  #read(row: SqlRow): StoredSearch {
    const status = row.status as SearchStatus;
    const id = String(row.id);
    if (status !== "running" || this.#holds.isHeld(id)) return searchFromRow(row, status);
    // Nobody holds it. Read it again: its holder may have ended it between the reading of the row and the look at the lock.
    const again = this.#rowOf(id);
    return searchFromRow(again, again.status === "running" ? "interrupted" : (again.status as SearchStatus));
  }

  #rowOf(id: string): SqlRow {
    return this.#database.get(`${selectSearches} WHERE id = ?`, id)!;
  }
}

const selectSearches = `SELECT searches.*,
  (SELECT count(*) FROM search_stages WHERE search_id = searches.id) AS stages_done,
  (SELECT count(*) FROM search_candidates WHERE search_id = searches.id) AS candidates FROM searches`;

function searchFromRow(row: SqlRow, status: SearchStatus): StoredSearch {
  return {
    id: String(row.id),
    status,
    startedAt: String(row.started_at),
    ...(row.ended_at === null ? {} : { endedAt: String(row.ended_at) }),
    space: String(row.space),
    dataset: String(row.dataset),
    seed: Number(row.seed),
    settings: parse<unknown>(row.settings, String(row.id)),
    settingsHash: String(row.settings_hash),
    teacherHash: String(row.teacher_hash),
    dataFingerprint: String(row.data_fingerprint),
    versions: parse<Record<string, string>>(row.versions, String(row.id)),
    ...failureAndClaim(row),
    stagesDone: Number(row.stages_done),
    candidates: Number(row.candidates),
  };
}

function candidateFromRow(row: SqlRow): SearchCandidate {
  const common = {
    place: Number(row.place),
    network: String(row.network),
    choice: parse<number[]>(row.choice, String(row.search_id)),
    score: Number(row.score),
  };
  if (row.failure_code !== null) {
    return { ...common, failure: { code: String(row.failure_code), message: String(row.failure_message) } };
  }
  return {
    ...common,
    parameters: Number(row.parameters),
    macs: Number(row.macs),
    latencyMs: Number(row.latency_ms),
    energyMillijoule: Number(row.energy_mj),
    edp: Number(row.edp),
    areaMm2: Number(row.area_mm2),
  };
}
