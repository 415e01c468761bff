import { expect } from "chai";
import { outcomeHashOf, resultHashOf } from "../../../src/record/result-hash.js";
import type { RunDocument } from "../../../src/record/run-document.js";
import { sampleRunDocument } from "../../support/sample-run-document.js";

describe("resultHashOf", () => {
  const document = sampleRunDocument({ images: 100 });
  const hash = resultHashOf(document);

  function changed(change: (document: RunDocument) => unknown): RunDocument {
    const copy = structuredClone(document);
    change(copy);
    return copy;
  }

  const outcomes: Record<string, (document: RunDocument) => unknown> = {
    "a right answer": ({ accuracies }) => accuracies.subject.correct++,
    "a discordant image": ({ difference }) => difference.subjectOnly++,
    "a place of the confusion matrix": ({ confusion }) => confusion.reference[3][4]++,
    "a code": ({ layers }) => layers[1].codes.scatter.count[7]++,
    "a clipped conversion": ({ layers }) => (layers[0].clippedShare.subject += 1e-9),
    "an ADC step": ({ layers }) => (layers[0].adcStepLevels[0] *= 2),
    "a cell out of tolerance": ({ tiles }) => tiles[0].cellsOutOfTolerance++,
    "an array of the macro": ({ hardware }) => hardware.arraysAvailable++,
  };
  for (const [what, change] of Object.entries(outcomes)) {
    it(`moves with ${what}, as the hash of the outcome alone does`, () => {
      expect(resultHashOf(changed(change))).to.not.equal(hash);
      expect(outcomeHashOf(changed(change))).to.not.equal(outcomeHashOf(document));
    });
  }

  it("moves with what was predicted and with what it was made from, which the outcome alone does not", () => {
    for (const change of [
      ({ predictionHashes }: RunDocument) => (predictionHashes!.subject = "0"),
      ({ run }: RunDocument) => (run.contents!.seed = 9),
      ({ run }: RunDocument) => (run.subject.kind = "silicon"),
    ]) {
      expect(resultHashOf(changed(change))).to.not.equal(hash);
      expect(outcomeHashOf(changed(change))).to.equal(outcomeHashOf(document));
    }
  });

  it("stays with places, names, times, versions, statistics, and fields that a later version adds", () => {
    const same = changed((copy) => {
      copy.dataset.location = "elsewhere";
      copy.dataset.selection = "100";
      copy.network.name = "renamed";
      copy.run.subject.name = "bench 2";
      copy.run.subject.description = "on COM3";
      copy.run.versions.nas4cim = "9.9.9";
      copy.difference.mcnemarP += 1e-16;
      copy.accuracies.subject.interval95 = [0, 1];
      copy.timing.steps = [];
      Object.assign(copy.layers[0], { energyPj: 1 });
      Object.assign(copy.hardware, { chips: 1 });
      Object.assign(copy, { cost: { energyPj: 1 } });
    });
    expect(resultHashOf(same)).to.equal(hash);
  });
});
