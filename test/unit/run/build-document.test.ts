import { expect } from "chai";
import { placeNetwork } from "../../../src/mapping/place-network.js";
import { quantize } from "../../../src/network/quantize.js";
import { resultHashOf } from "../../../src/record/result-hash.js";
import type { RunDocument } from "../../../src/record/run-document.js";
import { buildDocument, type RunFindings } from "../../../src/run/build-document.js";
import { CodeTally } from "../../../src/run/code-tally.js";
import { makeImages } from "../../support/labelled-images.js";
import { sampleContents } from "../../support/sample-run-document.js";
import { sampleSpec } from "../../support/macro-spec.js";
import { smallNetwork } from "../../support/small-network.js";

const labels = [0, 1, 2, 3, 4, 5, 6, 7];
const stored = smallNetwork();
const network = quantize(stored);
const spec = { ...sampleSpec, arrayRows: 32 };
const macro = { driver: "simulator", kind: "virtual" as const, chipId: "c", description: "" };

function pass(predictions: number[], seconds = 1, saturated: Record<string, number> = {}) {
  return { predictions: Uint8Array.from(predictions), saturated: new Map(Object.entries(saturated)), seconds };
}

function codesOf(error: number) {
  const tally = new CodeTally();
  tally.add(Int32Array.of(5 + error, 6), Int32Array.of(5, 6), -128, 127);
  return { images: 2, ...tally.summary() };
}

const findings: RunFindings = {
  runId: "20260102-030405-test",
  startedAt: "2026-01-02T03:04:05.000Z",
  configuration: {
    configPath: "/bench.config.json",
    subject: { name: "chip", driver: "simulator", options: {}, configFolder: "/" },
    reference: { name: "ideal", driver: "simulator", options: {}, configFolder: "/" },
    networkFolder: "/net",
    dataset: "fashion-mnist",
    images: "ci",
    seed: 5,
    limits: {},
  },
  contents: { ...sampleContents(5), network: "net", images: "made up" },
  versions: { nas4cim: "0.1.0", node: "v20" },
  stored,
  network,
  images: makeImages(labels),
  wholeSetFingerprint: "whole",
  placement: placeNetwork(network, spec),
  adcStepLevels: [1, 2, 4, 8],
  macros: { subject: { ...macro, name: "chip" }, reference: { ...macro, name: "ideal" } },
  inference: {
    integer: pass([0, 1, 2, 3, 4, 5, 6, 0]),
    reference: pass([0, 1, 2, 3, 4, 5, 0, 0], 2, { first: 160 }),
    subject: pass([0, 1, 2, 3, 4, 0, 6, 0], 3, { first: 320, second: 1 }),
  },
  codes: new Map(["first", "second", "classes"].map((id, index) => [id, codesOf(index)])),
  programming: new Map([[2, { cells: 486, cellsOutOfTolerance: 7 }]]),
  darkReads: { subject: [], reference: [] },
  steps: [{ step: "load", seconds: 0.5 }],
};

const build = (change: Partial<RunFindings> = {}): RunDocument => buildDocument({ ...findings, ...change });

describe("buildDocument", () => {
  it("counts accuracies on the images, and compares subject with reference image by image", () => {
    const { accuracy, accuracies, difference, agreement, confusion, images } = build();
    expect(images).to.equal(8);
    expect(accuracy).to.deep.equal({ integer: 7 / 8, reference: 6 / 8, subject: 6 / 8 });
    expect([accuracies.integer.correct, accuracies.reference.correct, accuracies.subject.correct]).to.deep.equal([
      7, 6, 6,
    ]);
    expect(difference).to.include({ fraction: 0, subjectOnly: 1, referenceOnly: 1 });
    expect(agreement.share).to.equal(6 / 8);
    // Class 5 is taken for 0 by the subject, class 6 by the reference, class 7 by both.
    expect([confusion.subject[5][0], confusion.subject[6][6], confusion.subject[7][0]]).to.deep.equal([1, 1, 1]);
    expect([confusion.reference[5][5], confusion.reference[6][0], confusion.reference[7][0]]).to.deep.equal([1, 1, 1]);
    for (const matrix of [confusion.subject, confusion.reference])
      expect(matrix.flat().reduce((a, b) => a + b)).to.equal(8);
  });

  it("describes each layer with its tiles, codes and share of clipped conversions", () => {
    const { layers, network: described } = build();
    expect(described).to.deep.equal({ name: "small", parameters: 694, macs: 14_778 });
    expect(layers.map(({ id, tiles, adcStepLevels }) => [id, tiles, adcStepLevels])).to.deep.equal([
      ["first", 1, [1]],
      ["second", 2, [2, 4]],
      ["classes", 1, [8]],
    ]);
    const [first, second, classes] = layers;
    // 64 positions × 8 bits × 6 outputs, on 8 images.
    expect(first.adcConversionsPerImage).to.equal(3072);
    expect(first.clippedShare).to.deep.equal({ subject: 320 / (3072 * 8), reference: 160 / (3072 * 8) });
    expect(second.clippedShare).to.deep.equal({ subject: 1 / (16 * 4 * 9 * 2 * 8), reference: 0 });
    expect(second).to.include({ rows: 54, outputs: 9, inputBits: 4, weightBits: 3, slices: 1, cells: 54 * 18 });
    expect([first.codes, second.codes, classes.codes].map(({ meanErrorLsb }) => meanErrorLsb)).to.deep.equal([
      0, 0.5, 1,
    ]);
  });

  it("takes the tiles' programming from the subject's reports", () => {
    expect(build().tiles.map(({ cellsOutOfTolerance }) => cellsOutOfTolerance)).to.deep.equal([0, 0, 7, 0]);
  });

  it("gives images a second of both passes together, and the steps' times", () => {
    const { timing } = build();
    expect(timing).to.deep.equal({ steps: findings.steps, imagesPerSecond: 16 / 5 });
    const instant = { ...findings.inference, subject: pass(labels, 0), reference: pass(labels, 0) };
    expect(build({ inference: instant }).timing.imagesPerSecond).to.equal(0);
  });

  it("tells where the images came from, with what their copy lacks", () => {
    const { images } = findings;
    expect(build().dataset).to.deep.equal({
      name: "fashion-mnist",
      split: "test",
      selection: "ci",
      officialCount: 8,
      location: "made up",
    });
    const source = { ...images.source, caveat: "9,176 of the 10,000 official test images" };
    expect(build({ images: { ...images, source } }).dataset.caveat).to.equal(source.caveat);
  });

  describe("resultHash", () => {
    const { resultHash } = build().run;

    it("is that of its own document, which can be checked without the run", () => {
      expect(resultHash).to.equal(resultHashOf(build()));
    });

    const { images, inference, macros, contents, configuration } = findings;
    const { subject } = contents;
    const same: Record<string, Partial<RunFindings>> = {
      "another id": { runId: "20270102-030405-test" },
      "another time": { startedAt: "2027-01-02T03:04:05.000Z" },
      "another Node": { versions: { nas4cim: "0.1.0", node: "v24" } },
      "another nas4cim": { versions: { nas4cim: "0.2.0", node: "v20" } },
      "another version of a driver": { contents: { ...contents, subject: { ...subject, code: "nas4cim 9.9.9" } } },
      "another place of the images": { images: { ...images, source: { ...images.source, location: "elsewhere" } } },
      "another folder of the network, other limits, another word for the same images": {
        configuration: { ...configuration, networkFolder: "/x", images: 8, limits: { "agreement.share": { min: 1 } } },
      },
      "other names and descriptions of the macros": {
        macros: { ...macros, subject: { ...macros.subject, name: "bench 2", description: "on COM3" } },
      },
      "slower passes": { inference: { ...inference, subject: { ...inference.subject, seconds: 99 } } },
      "other step times": { steps: [] },
    };
    for (const [title, change] of Object.entries(same)) {
      it(`is the same with ${title}`, () => {
        expect(build(change).run.resultHash).to.equal(resultHash);
      });
    }

    const different: Record<string, Partial<RunFindings>> = {
      "one other prediction": {
        inference: { ...inference, subject: pass([0, 1, 2, 3, 4, 0, 6, 1], 3, { first: 320, second: 1 }) },
      },
      "one more clipped conversion": {
        inference: { ...inference, reference: pass([0, 1, 2, 3, 4, 5, 0, 0], 2, { first: 161 }) },
      },
      "another ADC step": { adcStepLevels: [1, 2, 4, 4] },
      "one answer more of a class and one less, at two images": {
        inference: { ...inference, subject: pass([0, 1, 2, 3, 0, 4, 6, 0], 3, { first: 320, second: 1 }) },
      },
      "another network": { contents: { ...contents, network: "other" } },
      "other images": { contents: { ...contents, images: "other" } },
      "other images to choose ADC steps on": { contents: { ...contents, adcStepImages: "other" } },
      "another seed": { contents: { ...contents, seed: 6 } },
      "another calibration": { contents: { ...contents, subject: { ...subject, files: { calibration: "other" } } } },
      "other options of the driver": { contents: { ...contents, subject: { ...subject, options: "other" } } },
      "another chip": { macros: { ...macros, subject: { ...macros.subject, chipId: "d" } } },
    };
    for (const [title, change] of Object.entries(different)) {
      it(`is another with ${title}`, () => {
        expect(build(change).run.resultHash).to.not.equal(resultHash);
      });
    }
  });

  describe("the float network's accuracy", () => {
    const float = { testSetFingerprint: "official", images: 20, correct: 12 };
    const predictions = Uint8Array.from({ length: 20 }, (_, place) => (place < 12 ? place % 10 : 9));

    function withFloat(change: Partial<RunFindings> & { predictions?: Uint8Array } = {}): RunDocument {
      const { predictions: data = predictions, ...rest } = change;
      const tensors = new Map(stored.tensors).set("float_predictions", { dtype: "U8", shape: [data.length], data });
      const description = { ...stored.description, provenance: { ...stored.description.provenance, float } };
      // Places 4 … 11 of a set of 20, whose labels the float network gets right but for places 10 and 11.
      const images = {
        ...makeImages([4, 5, 6, 7, 8, 9, 3, 3]),
        officialIndex: Uint32Array.of(4, 5, 6, 7, 8, 9, 10, 11),
      };
      const source = { ...images.source, officialCount: 20 };
      return build({ images: { ...images, source }, stored: { ...stored, description, tensors }, ...rest });
    }

    it("is counted on these very images, by their places in the official set", () => {
      const { accuracy, accuracies } = withFloat({ wholeSetFingerprint: "official" });
      expect(accuracy.float).to.equal(6 / 8);
      expect(accuracies.float).to.include({ correct: 6, origin: "provenance" });
    });

    it("is absent where the network tells none, or for another number of images", () => {
      expect(build().accuracy).to.not.have.property("float");
      expect(withFloat({ predictions: predictions.subarray(1) }).accuracy).to.not.have.property("float");
      const { description } = stored;
      expect(withFloat({ stored: { ...stored, description } }).accuracies).to.not.have.property("float");
    });

    it("is absent for another data set", () => {
      const images = {
        ...makeImages(labels),
        dataset: "cifar-10" as const,
        source: { kind: "config" as const, location: "", officialCount: 20 },
      };
      expect(withFloat({ images, wholeSetFingerprint: "another" }).accuracy).to.not.have.property("float");
      expect(withFloat({ images, wholeSetFingerprint: "official" }).accuracy).to.have.property("float");
    });
  });
});
