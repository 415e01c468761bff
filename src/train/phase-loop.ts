import { duration, percent, significant } from "../base/format.js";
import type { NetworkNode } from "../network/network.js";
import { fillBatch, type TrainingImages } from "../model/batches.js";
import { classifier, type ClassifierBatch, type ClassifierSettings } from "./classifier.js";
import type { PhaseName, TrainState } from "./checkpoint.js";
import type { ImageViews } from "../model/image-views.js";
import type { EpochOrder } from "./epoch-order.js";
import { evaluate } from "../evaluate/evaluate.js";
import { Disturber } from "../model/noise/disturbance.js";
import { FlatOptimizer } from "./optimizer.js";
import { cutBySlots, parameterSlots, statisticSlots } from "../model/parameter-table.js";
import type { Distillation, TrainPhase } from "./recipe/recipe.js";
import { learningRateAt } from "./recipe/schedule.js";
import type { Teacher } from "./teacher.js";
import { isRotatable } from "../model/rotated.js";
import { type BatchModel, type StepRates, type StepResult, type StepState, trainingStep } from "./training-step.js";
import { asGraph, type RecordedGraph, type Tensor, type Tensorflow } from "../engine/tensorflow.js";

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

/** All that a step gets, as a graph takes it. */
type StepInputs = StepState & ClassifierBatch & StepRates;

/** The tensors of a phase in work and what is done with them in one step. */
export class PhaseLoop {
  epoch: number;
  stepInEpoch: number;
  readonly stepsPerEpoch: number;
  readonly #job: PhaseJob;
  readonly #start: TrainState;
  readonly #settings: ClassifierSettings;
  readonly #optimizer: FlatOptimizer;
  readonly #statistics: readonly string[];
  #state: StepState;
  readonly #graph: RecordedGraph<StepInputs, StepResult>;
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
    const quantized = job.name === "quantized";
    this.#optimizer = new FlatOptimizer(engine, parameterSlots(job.nodes, quantized), job.phase);
    this.#statistics = statisticSlots(job.nodes).map(({ name }) => name);
    this.#settings = {
      engine,
      nodes: job.nodes,
      classes: images.classes,
      labelSmoothing: job.phase.labelSmoothing,
      quantized,
      // Hardware in the loop knows up from down, and the other engine has to pad in any case.
      isRotated: engine.kind === "tfjs-node" && !job.phase.noise && isRotatable(job.nodes, images.input),
      distillation: job.distillation?.settings,
    };
    this.#graph = asGraph(engine, (inputs) => this.#apply(classifier(this.#settings), inputs));
    const { tf } = engine;
    this.#state = {
      parameters: tf.tensor1d(state.parameters.slice()),
      momentum: tf.tensor1d(state.momentum.slice()),
      statistics: tf.tensor1d(state.statistics.slice()),
      averageParameters: tf.tensor1d(state.averageParameters.slice()),
      averageStatistics: tf.tensor1d(state.averageStatistics.slice()),
    };
    const { noise } = job.phase;
    const network = { input: images.input, nodes: [...job.nodes] };
    this.#disturber = noise && new Disturber(noise, { engine, network, key: [job.seed, job.name] });
    const { height, width, channels } = images.input;
    this.#pixels = new Float32Array(Math.min(batchSize, images.count) * height * width * channels);
  }

  /** One batch forward and back; gives its loss, and whether all weights are numbers after it. */
  step({ order, views }: EpochOrder): { loss: number; isSound: boolean } {
    const { phase, images, batchSize } = this.#job;
    const started = performance.now();
    const first = this.stepInEpoch * batchSize;
    const places = order.subarray(first, first + batchSize);
    fillBatch(images, places, views, this.#pixels);
    const stepsBefore = this.epoch * this.stepsPerEpoch + this.stepInEpoch;
    const learningRate = learningRateAt(phase.learningRate, stepsBefore, phase.epochs * this.stepsPerEpoch);

    // A young average would remember the start: until it is old enough it is the mean of all values so far.
    const decay = Math.min(phase.averageDecay, (1 + stepsBefore) / (10 + stepsBefore));
    const { loss, correct, magnitude } = this.#learn(places, views, { learningRate, averageShare: 1 - decay });

    this.stepInEpoch++;
    this.#steps++;
    this.#running.loss += loss * places.length;
    this.#running.correct += correct;
    this.#running.images += places.length;
    this.#running.seconds += (performance.now() - started) / 1000;
    return { loss, isSound: Number.isFinite(magnitude) };
  }

  #learn(
    places: Uint32Array,
    views: ImageViews,
    scalars: { learningRate: number; averageShare: number },
  ): { loss: number; correct: number; magnitude: number } {
    const { engine, images } = this.#job;
    const { tf } = engine;
    const { loss, correct, magnitude, ...state } = tf.tidy(() => {
      const { height, width, channels } = images.input;
      const batch = tf.tensor4d(this.#pixels, [places.length, height, width, channels]);
      const labels = Int32Array.from(places, (place) => images.labels[place]);
      const taught = this.#job.distillation?.teacher.answer(places, views, batch);
      return this.#advance({
        ...this.#state,
        images: batch,
        labels: tf.tensor1d(labels, "int32"),
        learningRate: tf.scalar(scalars.learningRate),
        averageShare: tf.scalar(scalars.averageShare),
        ...(taught && { teacherLogits: taught.logits, teacherFeatures: taught.features }),
      });
    });
    tf.dispose(Object.values(this.#state));
    this.#state = state;
    const [lossValue, correctValue, magnitudeValue] = [loss, correct, magnitude].map((scalar) => scalar.dataSync()[0]);
    tf.dispose([loss, correct, magnitude]);
    return { loss: lossValue, correct: correctValue, magnitude: magnitudeValue };
  }

  /**
   * As a graph where the engine has graphs. Hardware in the loop is no part of one: it is computed anew each step, in part
   * from the weights.
   */
  #advance(inputs: StepInputs): StepResult {
    const disturber = this.#disturber;
    const step = this.epoch * this.stepsPerEpoch + this.stepInEpoch;
    if (!disturber) return this.#graph.run(inputs);
    return this.#apply(
      classifier(this.#settings, (parameter) => disturber.at(step, parameter)),
      inputs,
    );
  }

  #apply(model: BatchModel<ClassifierBatch>, inputs: StepInputs): StepResult {
    const settings = { engine: this.#job.engine, model, optimizer: this.#optimizer, statistics: this.#statistics };
    return trainingStep(settings, inputs, inputs, inputs);
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
    return `loss ${significant(loss / images)}, accuracy ${percent(correct / images, 1)}${this.#phaseLeft()}`;
  }

  /** The time that the rest of the phase's epochs takes at the pace of this sitting. */
  #phaseLeft(): string {
    const { epochs } = this.#job.phase;
    const left = (epochs - this.epoch) * this.stepsPerEpoch - this.stepInEpoch;
    if (this.#steps === 0 || epochs === 1) return "";
    const seconds = (left * (performance.now() - this.#startedMs)) / this.#steps / 1000;
    return `, phase ${duration(seconds)} left`;
  }

  /** The whole state as plain arrays. */
  state(): TrainState {
    const read = (tensor: Tensor) => (tensor.dataSync() as Float32Array).slice();
    return {
      phase: this.#job.name,
      epoch: this.epoch,
      step: this.stepInEpoch,
      running: { ...this.#running },
      parameters: read(this.#state.parameters),
      momentum: read(this.#state.momentum),
      statistics: read(this.#state.statistics),
      averageParameters: read(this.#state.averageParameters),
      averageStatistics: read(this.#state.averageStatistics),
      results: this.#start.results,
      log: [...this.#log],
    };
  }

  dispose(): void {
    this.#job.engine.tf.dispose(Object.values(this.#state));
    this.#graph.dispose();
  }
}
