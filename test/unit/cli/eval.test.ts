import { expect } from "chai";
import { evaluationText } from "../../../src/cli/text/eval-text.js";
import { accuracyOf } from "../../../src/record/statistics.js";
import type { EvaluationDocument } from "../../../src/evaluate/evaluation-document.js";
import { loadTensorflow } from "../../../src/engine/tensorflow.js";
import { expectNamesFields } from "../../support/document-page.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { runCommand } from "../../support/run-command.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("nas4cim eval", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();

  itWithFashionMnist("prints one document with --json, or where there is no TensorFlow how to get it", async (data) => {
    const words = ["eval", "--data", data, "--images", "20", "--quantized", "--json", "--quiet"];
    const { exitCode, stdout, stderr } = await runCommand(words, { cwd: folder() });
    const hasEngine = await loadTensorflow().then(
      () => true,
      () => false,
    );
    if (!hasEngine) {
      expect({ exitCode, stdout }).to.deep.equal({ exitCode: 5, stdout: "" });
      expect(stderr).to.match(/^NAS_TRAIN_TENSORFLOW/);
      return;
    }
    expect(exitCode, stderr).to.equal(0);
    const document = JSON.parse(stdout) as EvaluationDocument;
    expect(document).to.deep.include({ format: "nas4cim-evaluation", version: 1, images: 20, notes: [] });
    expect(document.results.map(({ arithmetic }) => arithmetic)).to.deep.equal(["integer"]);
  });

  const wrong: [words: string[], exitCode: number, code: RegExp, named: RegExp][] = [
    [["--weight-noise", "-0.1"], 2, /NAS_CLI_USAGE/, /above 0/],
    [["--repeats", "3"], 2, /NAS_CLI_USAGE/, /--weight-noise/],
    [["--noise-seed", "3"], 2, /NAS_CLI_USAGE/, /--weight-noise/],
    [["--split", "tset"], 2, /NAS_CLI_USAGE/, /"test"/],
    [["--images", "smok"], 2, /NAS_CLI_USAGE/, /"smoke"/],
    [["--dataset", "cifar-1"], 3, /NAS_DATA_UNKNOWN/, /"cifar-10"/],
    [["--network", "no-such"], 3, /NAS_NETWORK_NOT_FOUND/, /no-such/],
  ];
  for (const [words, expected, code, named] of wrong) {
    it(`answers "eval ${words.join(" ")}" with ${code.source}`, async () => {
      const { exitCode, stdout, stderr } = await runCommand(["eval", ...words], { cwd: folder() });
      expect({ exitCode, stdout }).to.deep.equal({ exitCode: expected, stdout: "" });
      expect(stderr).to.match(code).and.to.match(named);
    });
  }
});

describe("evaluationText", () => {
  const classes = [
    { name: "cat", images: 60, ...accuracyOf(45, 60) },
    { name: "dog", images: 40, ...accuracyOf(36, 40) },
    { name: "emu", images: 0, ...accuracyOf(0, 0) },
  ];
  const stored = { ...accuracyOf(90, 100), equalPredictions: 77, reproduced: false };
  const weightNoise = {
    relativeSigma: 0.05,
    seed: 1,
    draws: [accuracyOf(70, 100), accuracyOf(74, 100)],
    meanFraction: 0.72,
    standardDeviation: 0.0283,
  };
  const document: EvaluationDocument = {
    format: "nas4cim-evaluation",
    version: 1,
    network: { name: "tiny", folder: "/nets/tiny", hash: "", parameters: 1234, macs: 5678 },
    dataset: {
      name: "cifar-10",
      split: "test",
      selection: "100",
      officialCount: 10_000,
      location: "/data",
      caveat: "100 of 10,000 images",
      fingerprint: "",
    },
    images: 100,
    results: [
      { arithmetic: "float", accuracy: accuracyOf(81, 100), classes, stored, testTimeFlip: accuracyOf(83, 100) },
      { arithmetic: "integer", accuracy: accuracyOf(80, 100), classes, weightNoise },
    ],
    notes: ["Float is not reproduced."],
    versions: { nas4cim: "1", node: "v20", libtensorflow: "2.21.0" },
  };
  const text = evaluationText(document);

  it("names images and their caveat, flip, noise and what is quoted, each for what it is", () => {
    for (const line of [
      /100 of 10,000 test images \(100\)/,
      /^note: 100 of 10,000 images$/m,
      /^note: Float is not reproduced\.$/m,
      /^float, weights as stored +81\.0 % +72\.2 … 87\.5 % +81 of 100$/m,
      /^float, before LSQ +90\.0 %.* 90 of 100 +quoted from the network's folder$/m,
      /^float, test-time flip +83\.0 %/m,
      /^integer, weight noise 5\.0 % +72\.0 % +± 2\.8 points between draws +2 draws +70\.0 % to 74\.0 %$/m,
      /^cat +60 +75\.0 %/m,
      /^emu +0 +– +–$/m,
    ]) {
      expect(text).to.match(line);
    }
  });

  it("shows a document whose every field docs/evaluation-document.md names", () => {
    const [float, integer] = document.results;
    const whole = { ...document, results: [{ ...float, ...integer }] };
    expectNamesFields("evaluation-document.md", whole, ["versions"]);
  });

  it("says that stored answers are reproduced where they are", () => {
    const again = { ...stored, reproduced: true, equalPredictions: 99 };
    const { results } = document;
    const line = evaluationText({ ...document, results: [{ ...results[1], stored: again }] });
    expect(line).to.match(/^integer +80\.0 %.*80 of 100 +as when it was trained; 1 answer differs$/m);
    expect(line).to.not.include("quoted");
  });
});
