import { expect } from "chai";
import { percent } from "../../../src/base/format.js";
import type { OffsetCorrection, OffsetReadings } from "../../../src/record/offset-correction.js";
import { accuracyOf, pairedDifference } from "../../../src/record/statistics.js";
import { offsetsInWords } from "../../../src/report/offset-words.js";
import { renderReport } from "../../../src/report/page.js";
import { populationInWords, varianceShares } from "../../../src/report/population-words.js";
import { oneChipNote } from "../../../src/report/words.js";
import { samplePopulation } from "../../support/sample-population.js";
import { sampleRunDocument } from "../../support/sample-run-document.js";

const readings: OffsetReadings = {
  conversions: 256,
  rmsSteps: 0.297,
  residualSteps: 0.0361,
  hidden: 0,
  adcs: 2,
  tiles: [{ tile: 0, adcStepLevels: 1, codeSums: [70, -81] }],
};
const correction: OffsetCorrection = {
  subject: readings,
  reference: { absent: "the recording holds no readings of an input of zero" },
  without: {
    images: 500,
    uncorrected: accuracyOf(452, 500),
    corrected: accuracyOf(456, 500),
    difference: pairedDifference(Uint8Array.of(1), Uint8Array.of(0)),
  },
};

describe("the chips of a run in its report", () => {
  const document = { ...sampleRunDocument({ images: 400 }) };
  document.population = samplePopulation(document);

  it("stand one a row, with mean, spread, worst chip and where the variance comes from", () => {
    const { html } = renderReport(document);
    const { population } = document;
    for (const { chipId } of population!.byChip) expect(html).to.contain(chipId);
    for (const share of [population!.mean, population!.worst, population!.best])
      expect(html).to.contain(percent(share, 1));
    expect(html).to.contain("from writing to writing");
    expect(populationInWords(population!, 400)).to.contain(`worst ${percent(population!.worst, 1)}`);
  });

  it("show a part of the variance that was estimated below zero as none", () => {
    const variance = { chips: -1e-4, writings: 4e-4, images: 1e-4 };
    const texts = varianceShares({ ...document.population!, variance }).map(({ text }) => text);
    expect(texts[0]).to.equal("0.0 points (estimated below zero)");
    expect(texts.slice(1)).to.deep.equal(["2.0 points", "1.0 points"]);
  });

  it("are said to be one where they are one", () => {
    const alone = sampleRunDocument({ images: 400 });
    expect(oneChipNote(alone)).to.contain("one chip, sample-chip-1");
    expect(renderReport(alone).html).to.contain("The subject is one chip");
    expect(oneChipNote(document)).to.equal(undefined);
    const board = { ...alone, run: { ...alone.run, subject: { ...alone.run.subject, kind: "silicon" as const } } };
    expect(oneChipNote(board)).to.contain("one chip, sample-chip-1").and.not.contain("--chips");
    const ideal = { ...alone, run: { ...alone.run, subject: { ...alone.run.subject, chipId: "ideal" } } };
    expect(oneChipNote(ideal)).to.equal(undefined);
  });
});

describe("the offsets of a run in its report", () => {
  it("tell what was read, what is left and the row without the correction", () => {
    const document = { ...sampleRunDocument({ images: 600 }), offsetCorrection: correction };
    const { html } = renderReport(document);
    for (const text of ["0.297 LSB", "0.0361 LSB", "the recording holds no readings", "90.4", "91.2"])
      expect(html).to.contain(text);
    expect(offsetsInWords(correction)).to.contain("90.4 % instead of 91.2 % on the first 500 images");
  });

  it("say why there is no correction, and which ADCs hide their offset", () => {
    const { reference } = correction;
    expect(offsetsInWords({ subject: reference, reference })).to.contain("not corrected: the recording holds");
    expect(offsetsInWords({ subject: { ...readings, hidden: 1 }, reference })).to.contain("1 of 2 do not show");
  });
});
