import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import type { ProgressEvent } from "../../../src/base/progress.js";
import { loadDataset } from "../../../src/data/load-dataset.js";
import { selectImages } from "../../../src/data/select-images.js";
import { readNetwork } from "../../../src/network/read-network.js";
import { readSafetensors } from "../../../src/network/safetensors.js";
import { trainingImages } from "../../../src/model/batches.js";
import { evaluate } from "../../../src/evaluate/evaluate.js";
import { evaluateNetwork, type EvaluationRequest, spreadOf } from "../../../src/evaluate/eval-network.js";
import { loadTensorflow, type Tensorflow } from "../../../src/engine/tensorflow.js";
import { itWithCifarPrefix, writeBatches } from "../../support/cifar-10.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { fashionMnistFolder, fashionMnistHint } from "../../support/fashion-mnist.js";
import { randomTensors, smallDescription, writeNetwork } from "../../support/small-network.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { itWithTensorflow } from "../../support/it-with-tensorflow.js";

const networkFolder = join(packageRoot(), "fixtures", "networks", "fashion-mnist-accuracy-first");
const imageFolder = fashionMnistFolder();

/** A test on the shipped network and real images, pending where there are none. */
function itEvaluates(title: string, body: (engine: Tensorflow, request: EvaluationRequest) => Promise<void>): void {
  if (imageFolder === undefined) {
    it.skip(`${title} (pending: ${fashionMnistHint})`);
    return;
  }
  const request: EvaluationRequest = {
    networkFolder,
    dataset: "fashion-mnist",
    dataPath: imageFolder,
    split: "test",
    images: 300,
    arithmetics: ["float", "integer"],
    mirror: false,
  };
  itWithTensorflow(title, (engine) => body(engine, request), ["tfjs-node"]).timeout(60_000);
}

const hasEngine = () =>
  loadTensorflow().then(
    () => true,
    () => false,
  );

const testImages = async () => {
  const whole = await loadDataset({ dataset: "fashion-mnist", split: "test", path: imageFolder }, {});
  return selectImages(whole, 300);
};

describe("evaluateNetwork", () => {
  const folder = temporaryFolder();

  itEvaluates(
    "is right where training's own predictions are, on integers, class by class",
    async (_engine, request) => {
      const images = await testImages();
      const file = join(networkFolder, "expected.safetensors");
      const expected = readSafetensors(Uint8Array.from(readFileSync(file)), file).tensors.get("predictions")!.data;
      const right = [...images.labels.keys()].filter(
        (place) => expected[images.officialIndex[place]] === images.labels[place],
      );
      const document = await evaluateNetwork(request, {});
      expect(document.dataset).to.deep.include({
        selection: "300",
        officialCount: 10_000,
        fingerprint: images.fingerprint,
      });
      expect(document.network).to.deep.include({ parameters: 65_850, macs: 7_783_040 });
      const [float, integer] = document.results;
      expect(integer.accuracy.correct).to.equal(right.length);
      expect(integer.stored).to.deep.include({ equalPredictions: 300, reproduced: true, correct: right.length });
      expect(integer.classes.map(({ name, images: count, correct }) => ({ name, count, correct }))).to.deep.equal(
        images.classNames.map((name, label) => ({
          name,
          count: 30,
          correct: right.filter((place) => images.labels[place] === label).length,
        })),
      );
      // These weights are those after LSQ; the float phase's answers are quoted.
      expect(float.stored!.reproduced).to.equal(false);
      expect(document.notes).to.have.length(1);
      expect(document.notes[0]).to.include(`${float.accuracy.correct} right here, ${float.stored!.correct} when`);
    },
  );

  itEvaluates("takes the mean over image and mirror image, and tells it apart", async (engine, request) => {
    const images = await testImages();
    const { description, tensors } = readNetwork(networkFolder);
    const values = new Map([...tensors].map(([name, { data }]) => [name, Float32Array.from(data)]));
    const plain = trainingImages(images, description);
    const { width, channels } = plain.input;
    expect(channels).to.equal(1);
    const bytes = plain.bytes.map((_, index) => plain.bytes[index - (index % width) + (width - 1 - (index % width))]);
    const [a, b] = [plain, { ...plain, bytes }].map(
      (which) => evaluate(engine, description.nodes, values, which, { quantized: true }).logits,
    );
    const correct = images.labels.filter((label, image) => {
      const means = Array.from({ length: 10 }, (_, each) => (a[image * 10 + each] + b[image * 10 + each]) / 2);
      return means.indexOf(Math.max(...means)) === label;
    }).length;
    const document = await evaluateNetwork({ ...request, arithmetics: ["integer"], mirror: true }, {});
    expect(document.results).to.have.length(1);
    expect(document.results[0].testTimeFlip!.correct).to.equal(correct);
    expect(document.results[0].accuracy.correct).to.not.equal(correct);
  });

  itEvaluates("draws weight noise by its seed: none changes nothing, much leaves chance", async (_engine, request) => {
    const noisy = async (relativeSigma: number, seed = 1) => {
      const weightNoise = { relativeSigma, seed, draws: 3 };
      return (await evaluateNetwork({ ...request, weightNoise }, {})).results;
    };
    for (const { accuracy, weightNoise } of await noisy(1e-9)) {
      expect(weightNoise!.draws.map(({ correct }) => correct)).to.deep.equal(Array(3).fill(accuracy.correct));
      expect(weightNoise).to.deep.include({ meanFraction: accuracy.fraction, standardDeviation: 0 });
    }
    const [first, again, other] = [await noisy(0.2), await noisy(0.2), await noisy(0.2, 2)];
    const counts = (results: typeof first) => results.map(({ weightNoise }) => weightNoise!.draws);
    expect(counts(again)).to.deep.equal(counts(first));
    expect(counts(other)).to.not.deep.equal(counts(first));
    for (const { accuracy, weightNoise } of first) {
      expect(weightNoise!.meanFraction).to.be.lessThan(accuracy.fraction);
      expect(new Set(weightNoise!.draws.map(({ correct }) => correct)).size).to.be.greaterThan(1);
    }
    // 300 images of ten classes: chance is 30 right, with a standard deviation of 5.2 a draw.
    for (const { weightNoise } of await noisy(10)) expect(weightNoise!.meanFraction).to.be.lessThan(0.2);
  });

  itEvaluates("stops between two chunks of images where it is asked to", async (_engine, request) => {
    const abort = new AbortController();
    const seen: ProgressEvent[] = [];
    const progress = (event: ProgressEvent) => {
      seen.push(event);
      if (event.done === 1000) abort.abort();
    };
    const job = evaluateNetwork({ ...request, images: 2500 }, { signal: abort.signal, progress });
    await expectNasRejection("NAS_INTERRUPTED", job);
    expect(seen.map(({ done, total }) => [done, total])).to.deep.equal([
      [0, 2500],
      [1000, 2500],
    ]);
  });

  itWithCifarPrefix("takes the original CIFAR-10 images that are at hand, and says which they are", async (batches) => {
    writeBatches(batches, folder());
    const description = smallDescription();
    Object.assign(description.input, { height: 32, width: 32, channels: 3 });
    Object.assign(description.nodes[0], { inChannels: 3 });
    const job = evaluateNetwork(
      {
        networkFolder: writeNetwork(join(folder(), "small"), description, randomTensors(description, 1)),
        dataset: "cifar-10",
        dataPath: folder(),
        split: "test",
        images: "full",
        arithmetics: ["integer"],
        mirror: false,
      },
      {},
    );
    if (!(await hasEngine())) {
      await expectNasRejection("NAS_TRAIN_TENSORFLOW", job);
      return;
    }
    const { dataset, images, results } = await job;
    expect(images).to.equal(1017);
    expect(dataset.caveat).to.match(/1,017 of the 10,000 official test images/);
    expect(results[0].classes.reduce((sum, each) => sum + each.images, 0)).to.equal(1017);
  });

  it("gives the mean and the sample standard deviation of draws", () => {
    const { meanFraction, standardDeviation } = spreadOf([0.1, 0.2, 0.6]);
    expect(meanFraction).to.be.closeTo(0.3, 1e-12);
    // (0.04 + 0.01 + 0.09) / 2.
    expect(standardDeviation).to.be.closeTo(Math.sqrt(0.07), 1e-12);
    expect(spreadOf([0.5])).to.deep.equal({ meanFraction: 0.5 });
  });
});
