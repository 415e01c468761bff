import { expect } from "chai";
import { compareRuns } from "../../../src/record/compare-runs.js";
import type { RunDocument } from "../../../src/record/run-document.js";
import { accuracyOf } from "../../../src/record/statistics.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { sampleRunDocument } from "../../support/sample-run-document.js";

describe("compareRuns", () => {
  const a = sampleRunDocument({ images: 1000 });

  /** A copy of `a` with one change. */
  function changed(change: (document: RunDocument) => void): RunDocument {
    const copy = structuredClone(a);
    change(copy);
    return copy;
  }

  /** The facts that differ. */
  function differing(b: RunDocument): string[] {
    return compareRuns(a, b)
      .provenance.filter(({ same }) => !same)
      .map(({ fact }) => fact);
  }

  it("finds a run equal to itself", () => {
    const comparison = compareRuns(a, structuredClone(a));
    expect(comparison.sameImages).equal(true);
    expect(comparison.sameResult).equal(true);
    expect(differing(a)).deep.equal([]);
    for (const { difference } of comparison.accuracies) expect(difference?.fraction).equal(0);
    for (const layer of comparison.layers) expect(layer.a).deep.equal(layer.b);
  });

  it("names each fact that differs, and no other", () => {
    const changes: [string, (document: RunDocument) => void][] = [
      ["network", ({ run }) => (run.networkHash = "0".repeat(64))],
      ["data", ({ run }) => (run.dataFingerprint = "0".repeat(64))],
      ["selection", ({ dataset }) => (dataset.selection = "first 1000")],
      ["images", (document) => (document.images = 999)],
      ["configuration", ({ run }) => (run.configHash = "0".repeat(64))],
      ["seed", ({ run }) => (run.seed = 2)],
      ["subject", ({ run }) => (run.subject.chipId = "other-chip")],
      ["subject", ({ run }) => (run.subject.kind = "silicon")],
      ["reference", ({ run }) => (run.reference.driver = "replay")],
      ["nas4cim", ({ run }) => (run.versions.nas4cim = "9.9.9")],
      ["node", ({ run }) => (run.versions.node = "99.0.0")],
    ];
    for (const [fact, change] of changes) expect(differing(changed(change))).deep.equal([fact]);
    // The name in one bench's config is that bench's own affair.
    expect(differing(changed(({ run }) => (run.subject.name = "renamed")))).deep.equal([]);
  });

  it("says that accuracies on different images are not paired, and pairs nothing then", () => {
    const b = changed(({ run }) => (run.dataFingerprint = "0".repeat(64)));
    const none = new Uint8Array(1000);
    const comparison = compareRuns(a, b, { labels: none, a: none, b: none });
    expect(comparison.notes.join(" ")).contain("not paired");
    expect(comparison).not.property("paired");
  });

  it("gives b − a with an interval around it", () => {
    const b = changed((document) => (document.accuracies.subject = accuracyOf(910, 1000)));
    const difference = compareRuns(a, b).accuracies.find(({ of }) => of === "subject")?.difference;
    expect(difference?.fraction).closeTo(0.91 - a.accuracy.subject, 1e-12);
    expect(difference?.interval95[0]).below(difference?.fraction ?? NaN);
    expect(difference?.interval95[1]).above(difference?.fraction ?? NaN);
  });

  it("shows an accuracy and a layer that only one run has", () => {
    const b = changed((document) => {
      delete document.accuracies.float;
      document.layers.pop();
      document.layers[0].id = "renamed";
    });
    const comparison = compareRuns(a, b);
    expect(comparison.accuracies[0]).property("a");
    expect(comparison.accuracies[0]).not.property("b");
    expect(comparison.accuracies[0]).not.property("difference");
    const only = comparison.layers.map(({ id, a: ofA, b: ofB }) => [id, ofA !== undefined, ofB !== undefined]);
    expect(only).deep.include(["conv1", true, false]).and.deep.include(["fc", true, false]);
    expect(only).deep.include(["renamed", false, true]).and.deep.include(["conv2", true, true]);
  });

  it("pairs predictions of the same images as b minus a", () => {
    const small = changed((document) => (document.images = 4));
    const labels = Uint8Array.of(0, 1, 2, 3);
    const paired = compareRuns(small, small, {
      labels,
      a: Uint8Array.of(0, 9, 9, 9),
      b: Uint8Array.of(9, 1, 2, 9),
    }).paired;
    expect(paired).include({ subjectOnly: 2, referenceOnly: 1, fraction: 0.25 });
    expectNasError("NAS_RECORD_STORE", () => compareRuns(a, a, { labels, a: labels, b: labels }));
  });
});
