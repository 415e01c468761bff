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
      ["job", ({ run }) => (run.configHash = "0".repeat(64))],
      ["subject's calibration", ({ run }) => (run.contents!.subject.files.calibration = "0".repeat(64))],
      ["reference's trace", ({ run }) => (run.contents!.reference.files = { trace: "0".repeat(64) })],
      ["subject's options", ({ run }) => (run.contents!.subject.options = "0".repeat(64))],
      ["reference's driver", ({ run }) => (run.contents!.reference.code = "nas4cim 9.9.9")],
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

  it("says that accuracies on different images are not paired", () => {
    const b = changed(({ run }) => (run.dataFingerprint = "0".repeat(64)));
    const comparison = compareRuns(a, b);
    expect(comparison.notes.join(" ")).contain("not paired");
    expect(comparison).not.any.keys("paired", "commonImages");
    for (const { difference } of comparison.accuracies) expect(difference?.isPaired).equal(false);
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

  it("pairs every role on the images that both took, as b minus a, though they are few of each", () => {
    const labels = Uint8Array.of(0, 1, 2, 3);
    const [right, wrong] = [labels, Uint8Array.of(9, 9, 9, 9)];
    const comparison = compareRuns(
      a,
      changed(({ run }) => (run.dataFingerprint = "0".repeat(64))),
      {
        labels,
        integer: { a: right, b: right },
        reference: { a: right, b: wrong },
        subject: { a: Uint8Array.of(0, 9, 9, 9), b: Uint8Array.of(9, 1, 2, 9) },
      },
    );
    expect(comparison.paired).include({ subjectOnly: 2, referenceOnly: 1, fraction: 0.25 });
    const differences = comparison.accuracies.map(({ of, difference }) => [
      of,
      difference?.isPaired,
      difference?.fraction,
    ]);
    expect(differences.slice(1)).deep.equal([
      ["integer", true, 0],
      ["reference", true, -1],
      ["subject", true, 0.25],
    ]);
    expect(comparison).include({ commonImages: 4, sameImages: false });
    expect(comparison.notes[0]).contain("the 4 images that both runs took");
  });

  it("refuses predictions that are not one for each label", () => {
    const pair = { a: new Uint8Array(4), b: new Uint8Array(4) };
    const subject = { a: new Uint8Array(4), b: new Uint8Array(5) };
    const predictions = { labels: new Uint8Array(4), integer: pair, reference: pair, subject };
    expectNasError("NAS_RECORD_STORE", () => compareRuns(a, a, predictions));
  });
});
