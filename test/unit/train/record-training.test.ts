import { expect } from "chai";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NasError } from "../../../src/base/errors.js";
import type { ProgressEvent } from "../../../src/base/progress.js";
import { openStore } from "../../../src/store/store.js";
import type { EpochRecord } from "../../../src/train/checkpoint.js";
import { recipeHash, type TrainRecipe } from "../../../src/train/recipe/recipe.js";
import { phasesOf, TrainingRecorder, trainRecorded } from "../../../src/train/record-training.js";
import { learningRateAt } from "../../../src/train/recipe/schedule.js";
import type { TrainOutcome } from "../../../src/train/train.js";
import type { TrainingFacts } from "../../../src/train/training-observer.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { fashionMnistFolder, fashionMnistHint } from "../../support/fashion-mnist.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { itWithTensorflow } from "../../support/it-with-tensorflow.js";
import { sampleRecipe } from "./sample-recipe.js";

const epoch = (phase: EpochRecord["phase"], number: number): EpochRecord => ({
  phase,
  epoch: number,
  loss: 1 / number,
  trainAccuracy: 0.5,
  seconds: 2,
});

function facts(recipe: TrainRecipe, change: Partial<TrainingFacts> = {}): TrainingFacts {
  return {
    recipeName: "sample.json",
    recipe,
    recipeHash: recipeHash(recipe),
    dataSha256: "data",
    outputFolder: "/out",
    versions: { node: "20" },
    startedAt: "2026-01-02T03:04:05.000Z",
    resume: false,
    ...change,
  };
}

const outcome = (log: EpochRecord[]): TrainOutcome => ({
  networkFolder: "/out",
  parameters: 414,
  testImages: 100,
  floatCorrect: 90,
  quantizedCorrect: 88,
  log,
});

describe("TrainingRecorder", () => {
  const folder = temporaryFolder();
  let made = 0;
  const newFolder = () => join(folder(), String(made++));

  it("calls images that are not the official ones what they are", () => {
    const runs = newFolder();
    const said: string[] = [];
    using recorder = new TrainingRecorder(runs, { log: (line) => said.push(line) });
    recorder.started(facts(sampleRecipe(), { dataCaveat: "5,085 of 50,000 images" }));
    using store = openStore(runs);
    expect(store.trainings.document(recorder.id!).training.dataset).to.equal("fashion-mnist: 5,085 of 50,000 images");
    expect(said[0]).to.match(/5,085 of 50,000 images, seed 3$/);
  });

  it("enters the recipe, each epoch with its learning rate, and what came of it", () => {
    const runs = newFolder();
    const recipe = sampleRecipe();
    const log = [epoch("float", 1), epoch("float", 2), epoch("quantized", 1)];
    using recorder = new TrainingRecorder(runs, {});
    recorder.started(facts(recipe));
    recorder.saved([]);
    recorder.saved(log.slice(0, 1));
    using store = openStore(runs);
    const now = () => store.trainings.document(recorder.id!);
    expect(now().training).to.deep.include({ status: "running", epochsDone: 1, network: "sample", seed: 3 });
    recorder.finished(outcome(log));
    const { training, epochs } = now();
    expect(training.recipe).to.deep.equal(JSON.parse(JSON.stringify(recipe)));
    expect(training).to.deep.include({
      status: "done",
      phases: [
        { phase: "float", epochs: 2 },
        { phase: "quantized", epochs: 2 },
      ],
      result: { parameters: 414, testImages: 100, floatCorrect: 90, quantizedCorrect: 88 },
    });
    const rates = phasesOf(recipe).flatMap(({ training: phase }) =>
      [50, 150].map((step) => learningRateAt(phase.learningRate, step, 200)),
    );
    expect(epochs).to.deep.equal(log.map((record, place) => ({ ...record, learningRate: rates[place] })));
  });

  it("goes on in the same record after a resume, and begins another without", () => {
    const runs = newFolder();
    const recipe = sampleRecipe();
    const record = (change: Partial<TrainingFacts>, log: EpochRecord[]): string => {
      using recorder = new TrainingRecorder(runs, {});
      recorder.started(facts(recipe, change));
      recorder.saved(log);
      const id = recorder.id!;
      recorder.stopped(new NasError("NAS_INTERRUPTED", "interrupted", { hint: "go on" }));
      return id;
    };
    const first = record({}, [epoch("float", 1)]);
    const resumed = record({ resume: true }, [epoch("float", 1), epoch("float", 2)]);
    expect(resumed).to.equal(first);
    const others = [
      record({}, []),
      record({ resume: true, outputFolder: "/elsewhere" }, []),
      record({ resume: true, recipeHash: "other" }, []),
    ];
    expect(new Set([first, ...others]).size).to.equal(4);
    using store = openStore(runs);
    expect(store.trainings.document(first).epochs).to.have.length(2);
    expect(store.trainings.list().map(({ status }) => status)).to.deep.equal(Array(4).fill("interrupted"));
  });

  it("tells divergence and other failures apart", () => {
    const runs = newFolder();
    for (const [error, status] of [
      [new NasError("NAS_TRAIN_DIVERGED", "the loss became NaN", { hint: "lower it" }), "diverged"],
      [new Error("out of memory"), "failed"],
    ] as const) {
      using recorder = new TrainingRecorder(runs, {});
      recorder.started(facts(sampleRecipe()));
      recorder.stopped(error);
      using store = openStore(runs);
      const training = store.trainings.get(recorder.id!);
      expect(training.status).to.equal(status);
      expect(training.failure?.message).to.equal(error.message);
    }
  });

  it("says once that a store refuses, and lets the training go on", () => {
    const runs = newFolder();
    mkdirSync(runs, { recursive: true });
    writeFileSync(join(runs, "nas4cim.sqlite"), "this is no store at all, but some other file".repeat(100));
    const said: string[] = [];
    using recorder = new TrainingRecorder(runs, { log: (line) => said.push(line) });
    recorder.started(facts(sampleRecipe()));
    recorder.saved([epoch("float", 1)]);
    recorder.finished(outcome([]));
    expect(recorder.id).to.equal(undefined);
    expect(said).to.have.length(1);
    expect(said[0]).to.match(/goes on without a record.*not a database/);
  });

  it("stops recording, not training, where the store fails on the way", () => {
    const runs = newFolder();
    const said: string[] = [];
    using recorder = new TrainingRecorder(runs, { log: (line) => said.push(line) });
    recorder.started(facts(sampleRecipe()));
    // NaN is no figure that the store takes.
    recorder.saved([{ ...epoch("float", 1), loss: NaN }]);
    recorder.saved([epoch("float", 1), epoch("float", 2)]);
    expect(said.slice(1)).to.have.length(1);
    expect(said[1]).to.match(/goes on without a record/);
    using store = openStore(runs);
    // The lock is gone with the record's end.
    expect(store.trainings.list()[0].status).to.equal("interrupted");
  });
});

describe("trainRecorded", () => {
  const folder = temporaryFolder();
  const title = "records an interrupted and resumed training as one, and the same network comes of it without a record";
  const dataPath = fashionMnistFolder();
  if (dataPath === undefined) {
    it.skip(`${title} (pending: ${fashionMnistHint})`);
    return;
  }
  itWithTensorflow(title, async () => {
    const recipe = sampleRecipe();
    Object.assign(recipe, { heldOut: 59_000 });
    recipe.float.epochs = 2;
    recipe.quantized.epochs = 1;
    const recipePath = join(folder(), "sample.json");
    writeFileSync(recipePath, JSON.stringify(recipe));
    const runs = join(folder(), "runs");
    const request = { recipePath, outputFolder: join(folder(), "network"), dataPath, resume: false };
    const abort = new AbortController();
    const progress = ({ label, done }: ProgressEvent) => {
      if (label.startsWith("float epoch 2") && done >= 96) abort.abort();
    };
    await expectNasRejection("NAS_INTERRUPTED", trainRecorded(request, runs, { signal: abort.signal, progress }));
    using store = openStore(runs);
    const [stopped] = store.trainings.list();
    expect(stopped).to.include({ status: "interrupted", epochsDone: 1, recipeName: "sample.json" });
    expect(stopped.recipeHash).to.equal(recipeHash(recipe));

    const done = await trainRecorded({ ...request, resume: true }, runs, {});
    expect(done.trainingId).to.equal(stopped.id);
    const { training, epochs } = store.trainings.document(stopped.id);
    expect(training).to.include({ status: "done" }).and.to.not.have.property("failure");
    expect(training.result).to.include({ testImages: 10_000, quantizedCorrect: done.quantizedCorrect });
    for (const { learningRate } of epochs) expect(learningRate).to.be.greaterThan(0);
    expect(epochs).to.deep.equal(
      done.log.map((record, place) => ({ ...record, learningRate: epochs[place].learningRate })),
    );
    expect(epochs.map(({ phase, epoch: number }) => `${phase} ${number}`)).to.deep.equal([
      "float 1",
      "float 2",
      "quantized 1",
    ]);

    const unrecorded = await trainRecorded(
      { ...request, outputFolder: join(folder(), "again"), resume: false },
      undefined,
      {},
    );
    expect(unrecorded).to.not.have.property("trainingId");
    expect(unrecorded.quantizedCorrect).to.equal(done.quantizedCorrect);
    expect(store.trainings.list()).to.have.length(1);
  }, ["tfjs-node"]).timeout(120_000);
});
