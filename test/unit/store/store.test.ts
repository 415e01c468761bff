import { expect } from "chai";
import fc from "fast-check";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { NasError } from "../../../src/base/errors.js";
import { judgeRun } from "../../../src/record/judge-run.js";
import { Database } from "../../../src/store/sqlite.js";
import { openStore } from "../../../src/store/store.js";
import type { StoredRun } from "../../../src/store/stored-run.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { sampleNewRun, stepBytes } from "../../support/sample-record.js";
import { sampleContents, sampleRunDocument } from "../../support/sample-run-document.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("store", () => {
  const folder = temporaryFolder();
  let made = 0;

  /** A runs folder that is not there yet. */
  function newFolder(): string {
    return join(folder(), "stores", String(made++));
  }

  describe("runs", () => {
    it("makes the folder, and an id that tells the start", () => {
      using store = openStore(newFolder());
      const id = store.createRun(sampleNewRun("2026-11-23T05:15:30.250Z"));
      expect(id).match(/^20261123-051530-[0-9a-z]{4}$/);
    });

    it("gives back what a run was started with, after closing and opening too", () => {
      const runs = newFolder();
      const run = sampleNewRun();
      let id: string;
      {
        using store = openStore(runs);
        id = store.createRun(run);
        expect(store.getRun(id)).deep.include({ ...run, id, status: "running" });
      }
      using again = openStore(runs);
      expect(again.getRun(id)).deep.include({ ...run, id, status: "interrupted" });
    });

    it("knows what a run is made of once that is told, and nothing of it before", () => {
      using store = openStore(newFolder());
      const id = store.createRun(sampleNewRun());
      expect(store.getRun(id)).not.any.keys("contents", "configHash", "networkHash", "dataFingerprint");
      const contents = sampleContents();
      const { subject, reference, configHash } = sampleRunDocument({ images: 100 }).run;
      const facts = { configuration: { images: 100 }, contents, configHash, subject, reference };
      store.setFacts(id, facts);
      const { network: networkHash, images: dataFingerprint } = contents;
      expect(store.getRun(id)).deep.include({ ...facts, networkHash, dataFingerprint });
      store.setStatus(id, "failed");
      expectNasError("NAS_RUN_RESUME", () => store.setFacts(id, facts));
    });

    it("lists the newest first, and as many as asked for", () => {
      using store = openStore(newFolder());
      for (const day of [3, 1, 2])
        store.createRun({ ...sampleNewRun(`2026-01-0${day}T00:00:00.000Z`), id: `day-${day}` });
      expect(store.listRuns().map((run) => run.id)).deep.equal(["day-3", "day-2", "day-1"]);
      expect(store.listRuns({ limit: 2 }).map((run) => run.id)).deep.equal(["day-3", "day-2"]);
      expect(store.getRun("latest").id).equal("day-3");
    });

    it("finds a run by a unique beginning and names the near ones otherwise", () => {
      using store = openStore(newFolder());
      expectNasError("NAS_RECORD_NOT_FOUND", () => store.getRun("latest"));
      for (const id of ["20260101-aaaa", "20260101-bbbb", "20260202-cccc"]) store.createRun({ ...sampleNewRun(), id });
      expect(store.getRun("20260101-b").id).equal("20260101-bbbb");
      const ambiguous = expectNasError("NAS_RECORD_NOT_FOUND", () => store.getRun("20260101"));
      expect(ambiguous.message).contain("20260101-aaaa").and.contain("20260101-bbbb");
      const mistyped = expectNasError("NAS_RECORD_NOT_FOUND", () => store.getRun("20260202-cxcc"));
      expect(mistyped.hint).contain("20260202-cccc");
      expectNasError("NAS_RECORD_NOT_FOUND", () => store.getRun("nothing like it"));
      expectNasError("NAS_RECORD_NOT_FOUND", () => store.getRun(""));
    });

    it("refuses a second run of the same id, ids that are no file names, and a start that is no date", () => {
      using store = openStore(newFolder());
      store.createRun({ ...sampleNewRun(), id: "once" });
      store.setStatus("once", "interrupted");
      expectNasError("NAS_RUN_RESUME", () => store.createRun({ ...sampleNewRun(), id: "once" }));
      expect(store.claimRun("once").status).equal("running");
      for (const id of ["", "../x", "a b", "latest", "x".repeat(65)]) {
        expectNasError("NAS_RECORD_STORE", () => store.createRun({ ...sampleNewRun(), id }));
      }
      expectNasError("NAS_RECORD_STORE", () => store.createRun(sampleNewRun("yesterday")));
    });

    it("keeps why a run failed, until it is taken up again", () => {
      using store = openStore(newFolder());
      const id = store.createRun(sampleNewRun());
      store.setStatus(id, "failed", { code: "NAS_MACRO_RANGE", message: "input 16 of 0 … 15" });
      const failed = store.getRun(id);
      expect(failed.status).equal("failed");
      expect(failed.failure).deep.equal({ code: "NAS_MACRO_RANGE", message: "input 16 of 0 … 15" });
      expect(store.claimRun(id)).not.property("failure");
    });

    it("takes tags and a note, of finished runs too, and gives them away again", () => {
      using store = openStore(newFolder());
      const id = store.createRun(sampleNewRun());
      store.finishRun(id, sampleRunDocument({ images: 100 }), []);
      expect(store.tagRun(id, { add: ["new-chip", "baseline", "baseline"] }).tags).deep.equal(["baseline", "new-chip"]);
      expect(store.tagRun(id, { remove: ["new-chip", "unknown"] }).tags).deep.equal(["baseline"]);
      expect(store.noteRun(id, "the board was warm; 'quoted'").note).equal("the board was warm; 'quoted'");
      expect(store.getRun(id)).include({ status: "finished" });
      expect(store.document(id).images).equal(100);
      expect(store.noteRun(id, undefined)).not.property("note");
      for (const tag of ["", "two words", "-dash", "x".repeat(51), "a=b"]) {
        expectNasError("NAS_CLI_USAGE", () => store.tagRun(id, { add: [tag] }));
      }
    });

    it("lists those that are wanted, and as many of them as asked for", () => {
      using store = openStore(newFolder());
      for (const day of [1, 2, 3, 4]) {
        store.createRun({ ...sampleNewRun(`2026-01-0${day}T00:00:00.000Z`), id: `day-${day}`, seed: day % 2 });
      }
      const wanted = ({ seed }: StoredRun) => seed === 0;
      expect(store.listRuns({ wanted }).map(({ id }) => id)).deep.equal(["day-4", "day-2"]);
      expect(store.listRuns({ wanted, limit: 1 }).map(({ id }) => id)).deep.equal(["day-4"]);
    });

    it("deletes a run with all that belongs to it, and none that somebody works on", () => {
      const runs = newFolder();
      using store = openStore(runs);
      for (const id of ["kept", "gone"]) {
        store.createRun({ ...sampleNewRun(), id });
        store.saveStep(id, "infer", "0", { json: 1, blobs: { a: Uint8Array.of(1) } }, 0);
        store.finishRun(id, sampleRunDocument({ images: 100 }), [
          { name: "agreement.share", value: 0.5, unit: "fraction", verdict: "none" },
        ]);
      }
      store.deleteRun("gone");
      expectNasError("NAS_RECORD_NOT_FOUND", () => store.deleteRun("gone"));
      using database = new Database(join(runs, "nas4cim.sqlite"));
      for (const table of ["steps", "step_blobs", "measurements"]) {
        expect(database.all(`SELECT DISTINCT run_id FROM ${table}`).map((row) => row.run_id)).deep.equal(["kept"]);
      }
      expect(readdirSync(join(runs, "locks"))).deep.equal([]);
      using other = openStore(runs);
      const busy = other.createRun(sampleNewRun());
      expectNasError("NAS_RUN_RESUME", () => store.deleteRun(busy));
    });

    it("is held by one store at a time, within one process too", () => {
      const runs = newFolder();
      using first = openStore(runs);
      using second = openStore(runs);
      const id = first.createRun(sampleNewRun());
      expect(second.getRun(id).status).equal("running");
      expectNasError("NAS_RUN_RESUME", () => second.claimRun(id));
      expectNasError("NAS_RUN_RESUME", () => second.claimRun(id));
      first.saveStep(id, "map", "all", { json: 1 }, 0);
      first.setStatus(id, "interrupted");
      expect(second.claimRun(id).status).equal("running");
      expectNasError("NAS_RUN_RESUME", () => first.saveStep(id, "map", "all", { json: 2 }, 0));
      second.setStatus(id, "interrupted");
      expect(readdirSync(join(runs, "locks"))).deep.equal([]);
    });
  });

  describe("steps", () => {
    it("gives back any JSON and any bytes under any key", () => {
      using store = openStore(newFolder());
      const id = store.createRun(sampleNewRun());
      const contents = fc.record({
        step: fc.string(),
        key: fc.string(),
        json: fc.jsonValue(),
        blobs: fc.dictionary(
          fc.string().filter((name) => name !== "__proto__"),
          fc.uint8Array({ maxLength: 3000 }),
        ),
        seconds: fc.double({ min: 1e-9, max: 1e6, noNaN: true }),
      });
      fc.assert(
        fc.property(contents, ({ step, key, json, blobs, seconds }) => {
          store.saveStep(id, step, key, { json, blobs }, seconds);
          const found = store.loadStep(id, step, key);
          expect(found?.key).equal(key);
          expect(found?.json).deep.equal(JSON.parse(JSON.stringify(json)));
          expect(found?.seconds).equal(seconds);
          expect({ ...found?.blobs }).deep.equal({ ...blobs });
          expect(store.stepKeys(id, step)).contain(key);
        }),
        { numRuns: 60 },
      );
    });

    it("replaces a step saved again, blobs that are no longer there included", () => {
      using store = openStore(newFolder());
      const id = store.createRun(sampleNewRun());
      store.saveStep(id, "infer", "0", { json: { try: 1 }, blobs: { a: Uint8Array.of(1), b: Uint8Array.of(2) } }, 1);
      store.saveStep(id, "infer", "0", { blobs: { b: Uint8Array.of(3) } }, 2);
      expect(store.loadStep(id, "infer", "0")).deep.equal({ key: "0", blobs: { b: Uint8Array.of(3) }, seconds: 2 });
      expect(store.stepKeys(id, "infer")).deep.equal(["0"]);
    });

    it("holds blobs of megabytes, laid out for wider typed arrays", () => {
      using store = openStore(newFolder());
      const id = store.createRun(sampleNewRun());
      const codes = Int16Array.from({ length: 2_000_000 }, (_, place) => place - 32_768);
      store.saveStep(id, "compare", "conv1", { blobs: { codes: new Uint8Array(codes.buffer) } }, 1);
      const bytes = store.loadStep(id, "compare", "conv1")?.blobs.codes ?? expect.fail("no blob");
      expect(Buffer.from(bytes).equals(Buffer.from(codes.buffer))).equal(true);
      expect(new Int16Array(bytes.buffer, bytes.byteOffset, codes.length)[40_000]).equal(codes[40_000]);
    });

    it("keeps the steps of runs apart and knows what is not there", () => {
      using store = openStore(newFolder());
      const a = store.createRun(sampleNewRun());
      const b = store.createRun(sampleNewRun());
      store.saveStep(a, "map", "x", { json: "a" }, 0);
      expect(store.loadStep(b, "map", "x")).equal(undefined);
      expect(store.stepKeys(b, "map")).deep.equal([]);
    });

    it("refuses figures that JSON would lose, naming their place, and keeps nothing of the step", () => {
      using store = openStore(newFolder());
      const id = store.createRun(sampleNewRun());
      const lost = { layers: [{ nmse: 1 }, { nmse: NaN }] };
      const refusal = expectNasError("NAS_RECORD_STORE", () => store.saveStep(id, "compare", "x", { json: lost }, 0));
      expect(refusal.message).contain("layers[1].nmse is NaN");
      expect(store.stepKeys(id, "compare")).deep.equal([]);
    });
  });

  describe("results", () => {
    it("gives back document, measurements and headline of a finished run", () => {
      const runs = newFolder();
      const document = sampleRunDocument({ images: 500 });
      const measurements = judgeRun(document, {
        "accuracy.subject": { min: 0.5 },
        "layers.fc.codes.rmseLsb": { min: 0, max: 0.01 },
      });
      measurements.push({ name: "not a number", value: NaN, unit: "1", limits: { max: 1 }, verdict: "fail" });
      let id: string;
      {
        using store = openStore(runs);
        id = store.createRun(sampleNewRun());
        expectNasError("NAS_RECORD_NOT_FOUND", () => store.document(id));
        expect(store.measurements(id)).deep.equal([]);
        store.finishRun(id, document, measurements);
        expectNasError("NAS_RUN_RESUME", () => store.claimRun(id));
        expectNasError("NAS_RUN_RESUME", () => store.finishRun(id, document, []));
      }
      using again = openStore(runs);
      expect(again.document("latest")).deep.equal(document);
      expect(again.measurements(id)).deep.equal(measurements);
      const run = again.getRun(id);
      expect(run.status).equal("finished");
      expect(run.finishedAt).match(/^\d{4}-\d\d-\d\dT/);
      expect(run.headline).include({ images: 500, subjectFraction: document.accuracy.subject });
    });

    it("refuses a document with a figure that is not finite, and stays resumable", () => {
      using store = openStore(newFolder());
      const id = store.createRun(sampleNewRun());
      const document = sampleRunDocument({ images: 100 });
      document.layers[0].codes.nmse = Infinity;
      const refusal = expectNasError("NAS_RECORD_STORE", () => store.finishRun(id, document, []));
      expect(refusal.message).contain("document.layers[0].codes.nmse is Infinity");
      expect(store.getRun(id).status).equal("running");
    });

    it("refuses a document of a version it does not know", () => {
      const runs = newFolder();
      using store = openStore(runs);
      const id = store.createRun(sampleNewRun());
      store.finishRun(id, { ...sampleRunDocument({ images: 100 }), version: 3 as 2 }, []);
      expectNasError("NAS_RECORD_VERSION", () => store.document(id));
    });
  });

  describe("a finished run that somebody changed", () => {
    /** A store with one finished run, changed by `sql`. */
    function changed(sql: string): string {
      const runs = newFolder();
      {
        using store = openStore(runs);
        const id = store.createRun({ ...sampleNewRun(), id: "changed" });
        store.finishRun(id, sampleRunDocument({ images: 100 }), [
          { name: "agreement.share", value: 0.5, unit: "fraction", verdict: "pass" },
        ]);
      }
      using database = new Database(join(runs, "nas4cim.sqlite"));
      expect(database.run(sql)).equal(1);
      return runs;
    }

    const changes: Record<string, string> = {
      "a figure of its document": `UPDATE runs SET document = replace(document, '"correct":', '"correct":1')`,
      "its document, cut short": "UPDATE runs SET document = substr(document, 1, 1000)",
      "its document and the hash of it": "UPDATE runs SET document = '{}', document_sha256 = 'x'",
      "its headline": `UPDATE runs SET headline = replace(headline, '"images":100', '"images":9100')`,
      "its seed": "UPDATE runs SET seed = seed + 1",
      "its configuration, to no JSON": "UPDATE runs SET configuration = '{'",
      "a verdict": "UPDATE measurements SET verdict = 'fail'",
    };
    for (const [what, sql] of Object.entries(changes)) {
      it(`is found out by ${what}`, () => {
        using store = openStore(changed(sql));
        const error = expectNasError("NAS_RECORD_DAMAGED", () => {
          store.measurements("changed");
          store.document("changed");
        });
        expect(error.message).contain("changed is damaged");
      });
    }

    it("is listed as damaged, without a figure", () => {
      using store = openStore(changed(changes["its headline"]));
      const [run] = store.listRuns();
      expect(run).include({ id: "changed", status: "damaged" }).and.not.property("headline");
      expect(run.failure?.code).equal("NAS_RECORD_DAMAGED");
    });
  });

  describe("the file", () => {
    const file = (runs: string): string => join(runs, "nas4cim.sqlite");

    /** A store with one run of 40 steps that another process has written and closed; gives its folder. */
    function filledStore(): string {
      const runs = newFolder();
      const writer = join(import.meta.dirname, "../../support/step-writer.js");
      const child = spawnSync(process.execPath, [writer, runs, "filled", "40"], { encoding: "utf8" });
      expect(child.status, child.stderr).equal(0);
      return runs;
    }

    /** Reads everything there is. */
    function readAll(runs: string): void {
      using store = openStore(runs);
      for (const { id } of store.listRuns()) {
        for (const key of store.stepKeys(id, "infer")) store.loadStep(id, "infer", key);
      }
    }

    it("is refused where a newer nas4cim wrote it", () => {
      const runs = filledStore();
      {
        using database = new Database(file(runs));
        database.exec("PRAGMA user_version = 99");
      }
      const refusal = expectNasError("NAS_RECORD_VERSION", () => openStore(runs));
      expect(refusal.message).contain("99");
    });

    it("is refused where it is no SQLite file, and left as it was", () => {
      const runs = filledStore();
      const text = "this is a text and no database\n".repeat(1000);
      writeFileSync(file(runs), text);
      const refusal = expectNasError("NAS_RECORD_STORE", () => openStore(runs));
      expect(refusal.hint).contain("not a run store");
      expect(readFileSync(file(runs), "utf8")).equal(text);
    });

    it("is refused where it is another program's database", () => {
      const runs = newFolder();
      mkdirSync(runs, { recursive: true });
      {
        using database = new Database(file(runs));
        database.exec("CREATE TABLE notes (text TEXT)");
      }
      const refusal = expectNasError("NAS_RECORD_STORE", () => openStore(runs));
      expect(refusal.message).contain("another program");
    });

    it("is refused where it is cut short", () => {
      const runs = filledStore();
      const bytes = readFileSync(file(runs));
      writeFileSync(file(runs), bytes.subarray(0, Math.floor(bytes.length / 3)));
      const refusal = expectNasError("NAS_RECORD_STORE", () => readAll(runs));
      expect(refusal.hint).contain("damaged");
    });

    it("is refused where a page is overwritten", () => {
      const runs = filledStore();
      const bytes = readFileSync(file(runs));
      // Every page but the first: whatever is read next is damaged.
      bytes.fill(0xa5, 4096);
      writeFileSync(file(runs), bytes);
      const refusal = expectNasError("NAS_RECORD_STORE", () => readAll(runs));
      expect(refusal.hint).contain("damaged");
    });

    it("is refused where one bit of a step has changed, which SQLite itself does not see", () => {
      const runs = filledStore();
      const bytes = readFileSync(file(runs));
      // In the middle of the file, where pages hold nothing but steps; the first ones hold left-overs of moved rows too.
      const place = bytes.indexOf(stepBytes(20).subarray(0, 100), bytes.length / 2);
      expect(place).above(0);
      bytes[place + 50] ^= 1;
      writeFileSync(file(runs), bytes);
      const refusal = expectNasError("NAS_RECORD_DAMAGED", () => readAll(runs));
      expect(refusal.message).contain("is damaged");
    });

    it("is not made by those who only look", () => {
      const runs = newFolder();
      expectNasError("NAS_RECORD_NOT_FOUND", () => openStore(runs, { mustExist: true }));
      expect(existsSync(runs)).equal(false);
    });

    it("is refused where its folder cannot be made", () => {
      const runs = filledStore();
      expectNasError("NAS_RECORD_STORE", () => openStore(join(file(runs), "inside a file")));
    });

    it("is refused, at once, below a folder of the system that takes no children", function () {
      if (!existsSync("/proc/self")) this.skip();
      const module = pathToFileURL(join(import.meta.dirname, "../../../src/store/store.js")).href;
      const script = `import { openStore } from ${JSON.stringify(module)};
        try { openStore("/proc/x/runs"); } catch (error) { console.log(error.code); }`;
      const child = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
        encoding: "utf8",
        timeout: 8000,
      });
      expect(child.stdout).equal("NAS_RECORD_STORE\n");
    });

    it("opens without a warning, and leaves other warnings alone", () => {
      const module = pathToFileURL(join(import.meta.dirname, "../../../src/store/store.js")).href;
      const script = `import { openStore } from ${JSON.stringify(module)};
        openStore(${JSON.stringify(newFolder())}).close();
        process.emitWarning("another one", "ExperimentalWarning");`;
      const child = spawnSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" });
      expect(child.status, child.stderr).equal(0);
      expect(child.stderr).contain("another one").and.not.contain("SQLite");
    });

    it("says which SQLite code was behind a refusal", () => {
      using database = new Database(join(folder(), "some.sqlite"));
      try {
        database.exec("SELECT * FROM nowhere");
        expect.fail("no refusal");
      } catch (error) {
        expect(error).instanceOf(NasError);
        expect((error as NasError).context.sqliteCode).equal(1);
      }
    });
  });
});
