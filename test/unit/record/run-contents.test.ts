import { expect } from "chai";
import { contentChanges, jobHashOf, type RunContents } from "../../../src/record/run-contents.js";
import { sampleContents } from "../../support/sample-run-document.js";

describe("contentChanges", () => {
  const then = sampleContents();

  it("finds nothing where all is the same", () => {
    expect(contentChanges(then, structuredClone(then))).to.deep.equal([]);
  });

  const changes: [what: string, change: (contents: RunContents) => unknown][] = [
    ["network", (contents) => (contents.network = "0")],
    ["images", (contents) => (contents.images = "0")],
    ["training images that choose the ADC steps", (contents) => (contents.adcStepImages = "0")],
    ["seed", (contents) => (contents.seed = 9)],
    ["subject's driver", (contents) => (contents.subject.code = "nas4cim 9.9.9")],
    ["reference's options", (contents) => (contents.reference.options = "0")],
    ["subject's calibration", (contents) => (contents.subject.files.calibration = "0")],
    ["reference's trace", (contents) => (contents.reference.files = { trace: "0" })],
  ];
  for (const [what, change] of changes) {
    it(`names the ${what}, with both hashes`, () => {
      const now = structuredClone(then);
      change(now);
      const [found, ...more] = contentChanges(then, now);
      expect(more).to.deep.equal([]);
      expect(found.what).to.equal(what);
      expect(found.now).to.not.equal(found.then);
      expect(jobHashOf(now) === jobHashOf(then)).to.equal(what === "subject's driver");
    });
  }
});
