import type { NetworkNode } from "../network/network.js";
import { fillBatch, type TrainingImages } from "./batches.js";
import type { PhaseName, TrainState } from "./checkpoint.js";
import type { EpochOrder, ImageViews } from "./epoch-order.js";
import { evaluate } from "./evaluate/evaluate.js";
import { classificationLoss, type Targets } from "./loss.js";
import { trainingOutput } from "./model.js";
import { MovingAverage } from "./moving-average.js";
import { Disturber } from "./noise/disturbance.js";
import { FlatOptimizer } from "./optimizer.js";
import { cutBySlots, parameterSlots, statisticSlots } from "./parameter-table.js";
import { lsqQuantizers } from "./lsq/quantizers.js";
import type { Distillation, TrainPhase } from "./recipe/recipe.js";
import { learningRateAt } from "./recipe/schedule.js";
import type { Teacher } from "./teacher.js";
import type { Tensor, Tensorflow } from "../engine/tensorflow.js";

/** One phase of training: what to train, on what, and what to do with its states. */
export interface PhaseJob {
  engine: Tensorflow;
  name: PhaseName;
  phase: TrainPhase;
  nodes: readonly NetworkNode[];
  images: TrainingImages;
  /** Images to judge each epoch by, which training does not see. */
  heldOut?: TrainingImages;
  batchSize: number;
  seed: number;
  /** Present where a teacher helps. */
  distillation?: { teacher: Teacher; settings: Distillation };
  /** Keeps a state safe; called at the end of each epoch, every minute, and where the job is interrupted. */
  save: (state: TrainState) => void;
  /** Where the last saved state lies, for a person. */
  checkpoint: string;
}

/** Weight of one batch in the moving statistics of batch normalization. */
const statisticsShare = 0.1;

/** The tensors of a phase in work and what is done with them in one step. */
export class PhaseLoop {
  epoch: number;
  stepInEpoch: number;
  readonly stepsPerEpoch: number;
  readonly #job: PhaseJob;
  readonly #start: TrainState;
  readonly #optimizer: FlatOptimizer;
  /** Moving means and variances of batch normalization. */
  readonly #statistics: MovingAverage;
  readonly #averageParameters: MovingAverage;
  readonly #averageStatistics: MovingAverage;
  readonly #pixels: Float32Array;
  readonly #disturber: Disturber | undefined;
  readonly #startedMs = performance.now();
  /** Done since the start of this sitting. */
  #steps = 0;
  #running: TrainState["running"];
  #log: TrainState["log"];

  constructor(job: PhaseJob, state: TrainState) {
    const { engine, batchSize, images } = job;
    this.#job = job;
    this.#start = state;
    this.epoch = state.epoch;
    this.stepInEpoch = state.step;
    this.stepsPerEpoch = Math.max(1, Math.floor(images.count / batchSize));
    this.#running = { ...state.running };
    this.#log = [...state.log];
    const slots = parameterSlots(job.nodes, job.name === "quantized");
    this.#optimizer = new FlatOptimizer(engine, slots, job.phase, state);
    this.#statistics = new MovingAverage(engine, state.statistics);
    this.#averageParameters = new MovingAverage(engine, state.averageParameters);
    this.#averageStatistics = new MovingAverage(engine, state.averageStatistics);
    const { noise } = job.phase;
    const network = { input: images.input, nodes: [...job.nodes] };
    this.#disturber = noise && new Disturber(noise, { engine, network, key: [job.seed, job.name] });
    const { height, width, channels } = images.input;
    this.#pixels = new Float32Array(Math.min(batchSize, images.count) * height * width * channels);
  }

  /** One batch forward and back; gives its loss. */
  step({ order, views }: EpochOrder): number {
    const { engine, phase, images, batchSize } = this.#job;
    const { tf } = engine;
    const started = performance.now();
    const first = this.stepInEpoch * batchSize;
    const places = order.subarray(first, first + batchSize);
    fillBatch(images, places, views, this.#pixels);
    const stepsBefore = this.epoch * this.stepsPerEpoch + this.stepInEpoch;
    const learningRate = learningRateAt(phase.learningRate, stepsBefore, phase.epochs * this.stepsPerEpoch);

    const { loss, correct } = tf.tidy(() => this.#learn(places, views, learningRate));

    // A young average would remember the start: until it is old enough it is the mean of all values so far.
    const decay = Math.min(phase.averageDecay, (1 + stepsBefore) / (10 + stepsBefore));
    this.#averageParameters.update(this.#optimizer.parameters, decay);
    this.#averageStatistics.update(this.#statistics.value, decay);
    this.stepInEpoch++;
    this.#steps++;
    this.#running.loss += loss * places.length;
    this.#running.correct += correct;
    this.#running.images += places.length;
    this.#running.seconds += (performance.now() - started) / 1000;
    return loss;
  }

  #learn(places: Uint32Array, views: ImageViews, learningRate: number): { loss: number; correct: number } {
    const { engine, name, nodes, images, phase } = this.#job;
    const { tf } = engine;
    const { height, width, channels } = images.input;
    const batch = tf.tensor4d(this.#pixels, [places.length, height, width, channels]);
    const labels = tf.tensor1d(
      Int32Array.from(places, (place) => images.labels[place]),
      "int32",
    );
    const teacher = this.#teacherTargets(places, views, batch);
    const names = [...this.#optimizer.views.keys()];
    const statistics = new Map<string, Tensor>();
    let logits: Tensor | undefined;
    const lossOf = (...values: Tensor[]) => {
      const byName = new Map(names.map((parameterName, index) => [parameterName, values[index]]));
      const parameter = (parameterName: string) => byName.get(parameterName)!;
      const output = trainingOutput(
        {
          engine,
          nodes,
          parameter,
          quantizers: name === "quantized" ? lsqQuantizers(engine, parameter) : undefined,
          disturbance: this.#disturber?.at(this.epoch * this.stepsPerEpoch + this.stepInEpoch, parameter),
          statistics: (id) => (mean, variance) => {
            statistics.set(`${id}.bn.mean`, mean).set(`${id}.bn.variance`, variance);
          },
        },
        batch,
      );
      logits = tf.keep(tf.clone(output.logits));
      const { classes } = images;
      return classificationLoss(engine, output, { labels, classes, labelSmoothing: phase.labelSmoothing, teacher });
    };
    const { value, grads } = tf.valueAndGrads(lossOf)([...this.#optimizer.views.values()]);
    this.#optimizer.step(grads, learningRate);
    const observed = statisticSlots(nodes).map((slot) => statistics.get(slot.name)!);
    this.#statistics.update(tf.concat(observed), 1 - statisticsShare);
    const correct = tf.sum(tf.cast(tf.equal(tf.argMax(logits!, -1), labels), "int32")).dataSync()[0];
    tf.dispose([logits!, ...observed]);
    return { loss: value.dataSync()[0], correct };
  }

  #teacherTargets(places: Uint32Array, views: ImageViews, batch: Tensor): Targets["teacher"] {
    const { distillation } = this.#job;
    return distillation && { ...distillation.teacher.answer(places, views, batch), ...distillation.settings };
  }

  /** Writes the epoch into the log and turns to the next one. */
  endEpoch(): void {
    const { loss, correct, images, seconds } = this.#running;
    this.#log.push({
      phase: this.#job.name,
      epoch: this.epoch + 1,
      loss: loss / images,
      trainAccuracy: correct / images,
      ...this.#heldOutAccuracy(),
      seconds: Math.round(seconds * 10) / 10,
    });
    this.epoch++;
    this.stepInEpoch = 0;
    this.#running = { loss: 0, correct: 0, images: 0, seconds: 0 };
  }

  #heldOutAccuracy(): { heldOutAccuracy?: number } {
    const { engine, heldOut, name, nodes } = this.#job;
    if (!heldOut) return {};
    const { averageParameters, averageStatistics } = this.state();
    const quantized = name === "quantized";
    const values = new Map([
      ...cutBySlots(averageParameters, parameterSlots(nodes, quantized)),
      ...cutBySlots(averageStatistics, statisticSlots(nodes)),
    ]);
    return { heldOutAccuracy: evaluate(engine, nodes, values, heldOut, { quantized }).correct / heldOut.count };
  }

  /** A short figure for the progress line. */
  note(): string {
    const { loss, correct, images } = this.#running;
    return `loss ${(loss / images).toFixed(3)}, accuracy ${((100 * correct) / images).toFixed(1)} %${this.#phaseLeft()}`;
  }

  /** The time that the rest of the phase's epochs takes at the pace of this sitting. */
  #phaseLeft(): string {
    const { epochs } = this.#job.phase;
    const left = (epochs - this.epoch) * this.stepsPerEpoch - this.stepInEpoch;
    if (this.#steps === 0 || epochs === 1) return "";
    const minutes = (left * (performance.now() - this.#startedMs)) / this.#steps / 60_000;
    return `, phase ${minutes < 1 ? "< 1" : Math.round(minutes)} min left`;
  }

  /** The whole state as plain arrays. */
  state(): TrainState {
    const read = (tensor: Tensor) => (tensor.dataSync() as Float32Array).slice();
    return {
      phase: this.#job.name,
      epoch: this.epoch,
      step: this.stepInEpoch,
      running: { ...this.#running },
      parameters: read(this.#optimizer.parameters),
      momentum: read(this.#optimizer.momentum),
      statistics: read(this.#statistics.value),
      averageParameters: read(this.#averageParameters.value),
      averageStatistics: read(this.#averageStatistics.value),
      results: this.#start.results,
      log: [...this.#log],
    };
  }

  dispose(): void {
    this.#optimizer.dispose();
    for (const average of [this.#statistics, this.#averageParameters, this.#averageStatistics]) average.dispose();
  }
}
