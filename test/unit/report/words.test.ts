import { expect } from "chai";
import type { MacroSummary, RunDocument } from "../../../src/record/run-document.js";
import { pairedDifference } from "../../../src/record/statistics.js";
import {
  differenceHeadline,
  differenceInWords,
  honestyNote,
  imagesInWords,
  kindInWords,
} from "../../../src/report/words.js";
import { sampleRunDocument } from "../../support/sample-run-document.js";

describe("words", () => {
  /** The difference where each side alone is right on so many of `images` images and both are right on the rest. */
  function difference(subjectOnly: number, referenceOnly: number, images: number) {
    const flags = (from: number, wrong: number): Uint8Array =>
      new Uint8Array(images).fill(1).fill(0, from, from + wrong);
    return pairedDifference(flags(0, referenceOnly), flags(referenceOnly, subjectOnly));
  }

  it("says who is more accurate only where more than chance shows it", () => {
    expect(differenceHeadline(difference(18, 399, 10_000), 10_000)).equal(
      "The subject is 3.81 points less accurate than the reference.",
    );
    expect(differenceHeadline(difference(60, 25, 1000), 1000)).equal(
      "The subject is 3.5 points more accurate than the reference.",
    );
    expect(differenceHeadline(difference(12, 14, 1000), 1000)).contain("No difference");
    expect(differenceHeadline(difference(0, 0, 1000), 1000)).contain("the very same images");
  });

  it("gives the counts, the probability and the interval behind it", () => {
    const large = differenceInWords(difference(18, 399, 10_000), 10_000);
    expect(large).contain("18 images").and.contain("399").and.contain("below 0.0001").and.contain("−4.22 … −3.43");
    const small = differenceInWords(difference(3, 9, 1000), 1000);
    expect(small).contain("0.15").and.contain("exact binomial");
    expect(differenceInWords(difference(0, 0, 100), 100)).contain("−3.7 … +3.7");
  });

  it("calls what was simulated simulated", () => {
    const run = sampleRunDocument({ images: 100 }).run;
    const note = (subject: MacroSummary["kind"], reference: MacroSummary["kind"]): string | undefined =>
      honestyNote({
        ...run,
        subject: { ...run.subject, kind: subject },
        reference: { ...run.reference, kind: reference },
      });
    expect(note("virtual", "virtual")).contain("Both macros are simulated");
    expect(note("virtual", "recording")).contain("subject is simulated");
    expect(note("recording", "virtual")).contain("recording").and.contain("sample-chip-1");
  });

  it("calls silicon what its driver calls so, and says that it is the driver's word", () => {
    const { run } = sampleRunDocument({ images: 100 });
    const subject = { ...run.subject, driver: "arc-one", kind: "silicon" as const };
    expect(honestyNote({ ...run, subject })).contain("is what its driver arc-one says");
    expect(kindInWords(subject)).equal("silicon, says its driver");
  });

  it("tells a recording of a simulation from one of a board", () => {
    const { run } = sampleRunDocument({ images: 100 });
    const of = (kind: "virtual" | "silicon") => {
      const recorded = { kind, driver: "d1", seed: 1 };
      const subject = { ...run.subject, driver: "replay", kind: "recording" as const, recorded };
      return `${kindInWords(subject)}. ${honestyNote({ ...run, subject })}`;
    };
    expect(of("virtual"))
      .contain("recording of a simulation")
      .and.contain("None of its figures was measured on silicon");
    expect(of("silicon")).contain("recording of silicon, says its driver").and.contain("its driver d1 said then");
  });

  it("says which images", () => {
    const document: RunDocument = sampleRunDocument();
    expect(imagesInWords(document)).equal("all 10,000 test images");
    const part = { ...document, images: 500, dataset: { ...document.dataset, selection: "ci" } };
    expect(imagesInWords(part)).equal("500 of 10,000 test images (ci)");
  });
});
