import { expect } from "chai";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ProgressEvent } from "../../../src/base/progress.js";
import { loadDataset } from "../../../src/data/load-dataset.js";
import type { LabelledImages } from "../../../src/data/labelled-images.js";
import { pickImages } from "../../../src/data/pick-images.js";
import { checkpointPath } from "../../../src/train/checkpoint.js";
import type { TrainRecipe } from "../../../src/train/recipe/recipe.js";
import type { Tensorflow } from "../../../src/engine/tensorflow.js";
import { type TrainedValues, trainNetwork } from "../../../src/train/train-network.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { fashionMnistFolder, fashionMnistHint } from "../../support/fashion-mnist.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { itWithTensorflow } from "../../support/it-with-tensorflow.js";
import { sampleHardware, sampleRecipe } from "./sample-recipe.js";

const dataFolder = fashionMnistFolder();

/** A test on real images, pending where there are none. */
function itTrains(title: string, body: (engine: Tensorflow, training: LabelledImages) => Promise<void>): void {
  if (dataFolder === undefined) {
    it.skip(`${title} (pending: ${fashionMnistHint})`);
    return;
  }
  itWithTensorflow(title, async (engine) => {
    const whole = await loadDataset({ dataset: "fashion-mnist", split: "train", path: dataFolder }, {});
    await body(
      engine,
      pickImages(
        whole,
        Uint16Array.from({ length: 900 }, (_, place) => place),
      ),
    );
  }).timeout(30_000);
}

/** The engine, out of memory after so many steps of a network with two convolutions, as a graph or one by one. */
function outOfMemoryAfter(engine: Tensorflow, steps: number): Tensorflow {
  let done = 0;
  const count = (share: number) => {
    done += share;
    if (done > steps)
      throw new Error("Invalid TF_Status: 8 Message: OOM when allocating tensor with shape[32,14,14,4]");
  };
  if (engine.record === undefined) {
    const run: Tensorflow["run"] = (op, ...rest) => {
      if (op === "Conv2DBackpropFilter") count(1 / 2);
      return engine.run(op, ...rest);
    };
    return { ...engine, run };
  }
  const record: Tensorflow["record"] = (...recorded) => {
    const graph = engine.record!(...recorded);
    return {
      ...graph,
      run(inputs) {
        count(1);
        return graph.run(inputs);
      },
    };
  };
  return { ...engine, record };
}

describe("trainNetwork", () => {
  const folder = temporaryFolder();
  let folders = 0;
  const fresh = () => join(folder(), String(folders++));

  const train = (
    engine: Tensorflow,
    training: LabelledImages,
    options: {
      folder: string;
      recipe?: TrainRecipe;
      resume?: boolean;
      signal?: AbortSignal;
      progress?: (event: ProgressEvent) => void;
    },
  ) => {
    const { signal, progress, recipe = sampleRecipe(), resume = false } = options;
    const job = { engine, recipe, training, test: training, folder: options.folder, resume };
    return trainNetwork(job, { signal, progress });
  };

  const withoutSeconds = ({ values, log, float, quantized }: TrainedValues) => ({
    values,
    float,
    quantized,
    log: log.map((epoch) => ({ ...epoch, seconds: 0 })),
  });

  itTrains(
    "gives the same network when interrupted again and again as in one piece, to the last bit",
    async (engine, training) => {
      const recipe = sampleRecipe();
      recipe.teacher = { nodes: recipe.network.nodes, training: { ...recipe.float, epochs: 1 } };
      recipe.float.distillation = { weight: 0.5, temperature: 2, featureWeight: 0.5 };
      recipe.float.translate = 2;
      recipe.float.noise = { weights: { relativeSigma: 0.05 } };
      recipe.quantized.noise = sampleHardware();
      const whole = await train(engine, training, { folder: fresh(), recipe });

      // 25 steps an epoch; they stop in the teacher's, at the end of it, in the first and later ones of the others.
      const interrupted = fresh();
      for (const stopAfter of [3, 22, 14, 30, 20]) {
        const abort = new AbortController();
        let steps = 0;
        const progress = () => {
          if (++steps === stopAfter) abort.abort();
        };
        const job = train(engine, training, {
          folder: interrupted,
          recipe,
          resume: true,
          signal: abort.signal,
          progress,
        });
        const error = await expectNasRejection("NAS_INTERRUPTED", job);
        expect(error.hint).to.match(/--resume/);
        expect(existsSync(checkpointPath(interrupted))).to.equal(true);
      }
      const pieced = await train(engine, training, { folder: interrupted, recipe, resume: true });

      expect(withoutSeconds(pieced)).to.deep.equal(withoutSeconds(whole));
    },
  );

  itTrains(
    "learns: a small network is right on 60 % of 900 images it saw, on integers too",
    async (engine, training) => {
      const recipe = sampleRecipe();
      recipe.heldOut = 0;
      recipe.float.epochs = 15;
      recipe.float.learningRate.peak = 0.4;
      recipe.quantized.epochs = 4;
      const { float, quantized, log } = await train(engine, training, { folder: fresh(), recipe });
      expect(float.correct / 900).to.be.greaterThan(0.6);
      expect(quantized.correct / 900).to.be.greaterThan(0.6);
      expect(log.map(({ phase }) => phase)).to.deep.equal([
        ...new Array<string>(15).fill("float"),
        ...new Array<string>(4).fill("quantized"),
      ]);
      expect(log[14].loss).to.be.lessThan(log[0].loss);
    },
  );

  itTrains("judges each epoch by the images held out", async (engine, training) => {
    const { log } = await train(engine, training, { folder: fresh() });
    expect(log).to.have.length(4);
    // Of 100 images: whole hundredths.
    for (const { heldOutAccuracy } of log)
      expect(heldOutAccuracy! * 100).to.be.closeTo(Math.round(heldOutAccuracy! * 100), 1e-9);
  });

  itTrains("holds as many tensors after a hundred steps as before", async (engine, training) => {
    const { tf } = engine;
    const before = tf.memory().numTensors;
    const counts: number[] = [];
    await train(engine, training, { folder: fresh(), progress: () => counts.push(tf.memory().numTensors) });
    expect(counts).to.have.length(100);
    expect(new Set(counts.slice(0, 50)).size, "float phase").to.equal(1);
    expect(new Set(counts.slice(50)).size, "quantized phase").to.equal(1);
    expect(tf.memory().numTensors).to.equal(before);
  });

  itTrains("stops where the loss is no number any more and names the last good state", async (engine, training) => {
    const recipe = sampleRecipe();
    recipe.float.learningRate.peak = 10;
    recipe.float.weightDecay = 1;
    const job = train(engine, training, { folder: fresh(), recipe });
    const error = await expectNasRejection("NAS_TRAIN_DIVERGED", job);
    // A graph's fused rectifier may hide from the loss what the weights have become.
    const what = engine.record ? "(the loss became .*|the weights became no numbers)" : "the loss became .*";
    expect(error.message).to.match(new RegExp(`${what} at step \\d+ of epoch \\d+ of the float phase`));
    expect(error.hint).to.match(/checkpoint/);
  });

  itTrains(
    "says what is too large where memory runs out, and goes on from the checkpoint",
    async (engine, training) => {
      const small = outOfMemoryAfter(engine, 30);
      const place = fresh();
      const error = await expectNasRejection("NAS_TRAIN_MEMORY", train(small, training, { folder: place }));
      // 25 steps of the first epoch and 5 of the second.
      expect(error.message).to.equal("no memory for a batch of 32 images at step 5 of epoch 2 of the float phase");
      expect(error.hint).to.match(/batchSize.*--resume/);
      const resumed = await train(engine, training, { folder: place, resume: true });
      expect(withoutSeconds(resumed)).to.deep.equal(withoutSeconds(await train(engine, training, { folder: fresh() })));
    },
  );

  itTrains("refuses a checkpoint of other images: a data set that changed meanwhile", async (engine, training) => {
    const place = fresh();
    const abort = new AbortController();
    const progress = () => abort.abort();
    const begun = train(engine, training, { folder: place, signal: abort.signal, progress });
    await expectNasRejection("NAS_INTERRUPTED", begun);
    const changed = { ...training, fingerprint: "0".repeat(64) };
    const error = await expectNasRejection(
      "NAS_TRAIN_CHECKPOINT",
      train(engine, changed, { folder: place, resume: true }),
    );
    expect(error.message).to.match(/belongs to another set of training images/);
  });

  itTrains("refuses a checkpoint of another recipe", async (engine, training) => {
    const place = fresh();
    const progress = () => abort.abort();
    const abort = new AbortController();
    await expectNasRejection(
      "NAS_INTERRUPTED",
      train(engine, training, { folder: place, signal: abort.signal, progress }),
    );
    const recipe = { ...sampleRecipe(), seed: 4 };
    await expectNasRejection("NAS_TRAIN_CHECKPOINT", train(engine, training, { folder: place, recipe, resume: true }));
  });
});
