import { expect } from "chai";
import { compareRuns } from "../../../../src/record/compare-runs.js";
import { judgeRun } from "../../../../src/record/judge-run.js";
import { headlineOf, type StoredRun } from "../../../../src/store/stored-run.js";
import { runComparison, runsTable, runSummary } from "../../../../src/cli/text/run-text.js";
import { textTable } from "../../../../src/cli/text/text-table.js";
import { sampleNewRun } from "../../../support/sample-record.js";
import { sampleRunDocument } from "../../../support/sample-run-document.js";

describe("terminal", () => {
  const document = sampleRunDocument();

  describe("textTable", () => {
    it("aligns columns, to the right where asked, with nothing at the ends of lines", () => {
      expect(textTable([["a", "1", "x"], ["bbb", "22"]], ["left", "right"])).equal("a     1  x\nbbb  22"); // prettier-ignore
      expect(textTable([])).equal("");
    });

    it("counts letters as people do", () => {
      expect(textTable([["e\u0301", "1"], ["ab", "2"]])).equal("e\u0301   1\nab  2"); // prettier-ignore
    });
  });

  it("sums a run up: who, what, accuracies, difference, layers", () => {
    const summary = runSummary(document);
    expect(summary).contain(document.run.id).and.contain("all 10,000 test images");
    expect(summary).match(/virtual-chip \(simulated; driver simulator/);
    expect(summary).contain("Both macros are simulated");
    expect(summary).match(/subject +86\.90 % +86\.22 … 87\.55 % +8,690 of 10,000/);
    expect(summary).contain("3.81 points less accurate");
    for (const { id } of document.layers) expect(summary).match(new RegExp(`^${id} `, "m"));
    expect(summary).match(/tiles on 16 arrays of 128×128 in 1 round; .* ADC conversions an image/);
    expect(summary).contain(document.run.resultHash).and.not.contain("limits:");
  });

  it("puts failed limits first", () => {
    const limits = { "accuracy.subject": { min: 0.5 }, "layers.fc.codes.rmseLsb": { max: 0.1 } };
    const summary = runSummary(document, judgeRun(document, limits));
    expect(summary).match(
      /limits: 1 of 2 failed\nFAIL +layers\.fc\.codes\.rmseLsb +0\.\d+ LSB +max 0\.1\npass +accuracy/,
    );
  });

  it("lists runs one a line, unfinished ones with their reason", () => {
    const base: StoredRun = {
      ...sampleNewRun(),
      id: "one",
      status: "finished",
      tags: [],
      headline: headlineOf(document),
    };
    const failed: StoredRun = {
      ...sampleNewRun(),
      id: "two",
      status: "failed",
      tags: [],
      failure: { message: "the board went\naway" },
    };
    const lines = runsTable([base, failed]).split("\n");
    expect(lines).length(3);
    expect(lines[1]).match(/^one +finished .*fashion-mnist 10,000 +86\.90 % +90\.71 % +−3\.81 +sample-convnet$/);
    expect(lines[2]).match(/^two +failed .*the board went\ufffdaway$/);
    expect(runsTable([])).equal("no runs yet");
  });

  it("compares two runs, marking what differs", () => {
    const other = sampleRunDocument({ seed: 2, images: 1000 });
    const text = runComparison(compareRuns(document, other));
    expect(text)
      .match(/^≠ +seed +1 +2$/m)
      .and.match(/^ +selection +full +the same$/m);
    expect(text).contain("not paired");
    expect(text).match(/^subject +86\.9 %/m);
    expect(text).match(/^conv3 +1\.15 /m);
    expect(runComparison(compareRuns(document, document))).contain("the same result, byte for byte");
  });

  it("shows the paired difference where it is known", () => {
    const labels = new Uint8Array(10_000);
    const b = new Uint8Array(10_000).fill(1, 0, 30);
    const same = { a: labels, b: labels };
    const text = runComparison(
      compareRuns(document, document, { labels, integer: same, reference: same, subject: { a: labels, b } }),
    );
    expect(text).contain("paired on 10,000 images").and.contain("−0.30 points").and.contain("only in a on 30");
  });

  it("lets no name of a document reach the terminal as a control sequence", () => {
    const hostile = "\u001b[31mred\u001b[0m\u0007";
    const evil = structuredClone(document);
    evil.run.subject.name = evil.run.subject.description = evil.network.name = evil.layers[0].id = hostile;
    evil.dataset.caveat = evil.dataset.selection = evil.run.versions.node = hostile;
    const run: StoredRun = {
      ...sampleNewRun(),
      id: "x",
      status: "failed",
      tags: [],
      subject: evil.run.subject,
      failure: { message: hostile },
    };
    const all = [runSummary(evil), runComparison(compareRuns(evil, document)), runsTable([run])].join("");
    expect(all).contain("[31mred");
    // eslint-disable-next-line no-control-regex -- the characters that must not be there
    expect(all).not.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
});
