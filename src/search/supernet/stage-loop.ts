import type { Labels } from "../../data/labelled-images.js";
import { asGraph, type RecordedGraph, type Tensor, type Tensorflow } from "../../engine/tensorflow.js";
import { initialWeights } from "../../model/initial-weights.js";
import { joinSlots, parameterSlots, statisticSlots } from "../../model/parameter-table.js";
import { FlatOptimizer } from "../../train/optimizer.js";
import { learningRateAt } from "../../train/recipe/schedule.js";
import { softmax } from "../significance/significance.js";
import { adamCorrection } from "./adam.js";
import type { FrozenNetwork } from "./frozen-network.js";
import { type MapSource, mapTensor } from "./map-source.js";
import type { MixedStage } from "./mixed-stage.js";
import type { Snapshot, StageProgress } from "./stage-checkpoint.js";
import {
  type StageBatch,
  type StageRates,
  type StageResult,
  type StageSettings,
  type StageState,
  stageStep,
} from "./stage-step.js";
import type { SupernetSettings } from "./supernet-settings.js";

/** What a loop needs of its stage's job. */
export interface LoopJob {
  engine: Tensorflow;
  stage: MixedStage;
  rest: FrozenNetwork;
  input: MapSource;
  teacherMap: MapSource;
  labels: Labels;
  classes: number;
  settings: SupernetSettings;
}

/** A module before its first step: θ by (seed, name), α all 0, so that every operator has the same share. */
export function firstProgress(stage: MixedStage, seed: number): StageProgress {
  const nodes = nodesOf(stage);
  const values = initialWeights(nodes, seed);
  const parameters = joinSlots(values, parameterSlots(nodes, false));
  const coefficients = stage.layers.reduce((sum, { operators }) => sum + operators.length, 0);
  return {
    tensors: {
      parameters,
      momentum: new Float32Array(parameters.length),
      statistics: joinSlots(values, statisticSlots(nodes)),
      coefficients: new Float32Array(coefficients),
      coefficientMean: new Float32Array(coefficients),
      coefficientSquare: new Float32Array(coefficients),
    },
    step: 0,
    snapshots: [],
    running: noSteps(),
  };
}

/** The tensors of a stage in work and what is done with them in one step. */
export class StageLoop {
  step: number;
  readonly #job: LoopJob;
  readonly #settings: StageSettings;
  readonly #graph: RecordedGraph<StageState & StageBatch & StageRates, StageResult>;
  readonly #snapshots: Snapshot[];
  #state: StageState;
  #running: StageProgress["running"];

  constructor(job: LoopJob, progress: StageProgress) {
    const { engine, stage, rest, classes, settings } = job;
    const { tf } = engine;
    const nodes = nodesOf(stage);
    this.#job = job;
    this.step = progress.step;
    this.#snapshots = [...progress.snapshots];
    this.#running = { ...progress.running };
    this.#settings = {
      engine,
      stage,
      rest,
      classes,
      optimizer: new FlatOptimizer(engine, parameterSlots(nodes, false), settings),
      statistics: statisticSlots(nodes).map(({ name }) => name),
      distillation: settings.distillation,
    };
    this.#graph = asGraph(engine, ({ input, teacherMap, labels, weightRate, coefficientRate, ...state }) =>
      stageStep(this.#settings, state, { input, teacherMap, labels }, { weightRate, coefficientRate }),
    );
    const flat = (values: Float32Array): Tensor => tf.tensor1d(values.slice());
    const { tensors } = progress;
    this.#state = {
      parameters: flat(tensors.parameters),
      momentum: flat(tensors.momentum),
      statistics: flat(tensors.statistics),
      averageParameters: flat(tensors.parameters),
      averageStatistics: flat(tensors.statistics),
      coefficients: flat(tensors.coefficients),
      coefficientMean: flat(tensors.coefficientMean),
      coefficientSquare: flat(tensors.coefficientSquare),
    };
  }

  /** One step on the images at these places, of `total` steps in all; whether all weights are numbers after it. */
  learn(places: Uint32Array, total: number): boolean {
    const { engine, input, teacherMap, labels, settings } = this.#job;
    const { tf } = engine;
    const schedule = { peak: settings.weightRate, warmUp: 0, shape: "cosine" } as const;
    const rests = this.step < settings.warmUp * total;
    const coefficientRate = rests ? 0 : settings.coefficientRate * adamCorrection(this.step + 1);
    const { taskLoss, distillationLoss, coefficientLoss, correct, magnitude, ...state } = tf.tidy(() =>
      this.#graph.run({
        ...this.#state,
        input: mapTensor(engine, input, places),
        teacherMap: mapTensor(engine, teacherMap, places),
        labels: tf.tensor1d(
          Int32Array.from(places, (place) => labels[place]),
          "int32",
        ),
        weightRate: tf.scalar(learningRateAt(schedule, this.step, total)),
        coefficientRate: tf.scalar(coefficientRate),
      }),
    );
    tf.dispose(Object.values(this.#state));
    this.#state = state;
    this.step++;
    const numberOf = (scalar: Tensor) => {
      const [value] = scalar.dataSync();
      scalar.dispose();
      return value;
    };
    this.#running.steps++;
    this.#running.taskLoss += numberOf(taskLoss);
    this.#running.distillationLoss += numberOf(distillationLoss);
    this.#running.coefficientLoss += numberOf(coefficientLoss);
    this.#running.correct += numberOf(correct);
    const isSound = Number.isFinite(numberOf(magnitude));
    const { snapshots } = settings;
    // So many of the steps, evenly, and the last one always.
    if (Math.floor((this.step * snapshots) / total) > Math.floor(((this.step - 1) * snapshots) / total)) this.#snap();
    return isSound;
  }

  #snap(): void {
    const { steps, correct, ...losses } = this.#running;
    this.#snapshots.push({
      step: this.step,
      taskLoss: losses.taskLoss / steps,
      distillationLoss: losses.distillationLoss / steps,
      coefficientLoss: losses.coefficientLoss / steps,
      accuracy: correct / (steps * this.#job.settings.batchSize),
      shares: this.#shares(),
    });
    this.#running = noSteps();
  }

  #shares(): number[][] {
    const coefficients = [...this.#state.coefficients.dataSync()];
    return this.#job.stage.layers.map(({ operators }) => softmax(coefficients.splice(0, operators.length)));
  }

  /** A short figure for the progress line. */
  note(): string {
    const { steps, taskLoss, correct } = this.#running;
    if (steps === 0) return "";
    const accuracy = (100 * correct) / (steps * this.#job.settings.batchSize);
    return `loss ${(taskLoss / steps).toFixed(3)}, accuracy ${accuracy.toFixed(1)} %`;
  }

  /** The whole state as plain data. */
  progress(): StageProgress {
    const read = (tensor: Tensor) => (tensor.dataSync() as Float32Array).slice();
    return {
      tensors: {
        parameters: read(this.#state.parameters),
        momentum: read(this.#state.momentum),
        statistics: read(this.#state.statistics),
        coefficients: read(this.#state.coefficients),
        coefficientMean: read(this.#state.coefficientMean),
        coefficientSquare: read(this.#state.coefficientSquare),
      },
      step: this.step,
      snapshots: [...this.#snapshots],
      running: { ...this.#running },
    };
  }

  dispose(): void {
    this.#job.engine.tf.dispose(Object.values(this.#state));
    this.#graph.dispose();
  }
}

function nodesOf({ layers }: MixedStage) {
  return layers.flatMap(({ operators }) => operators.flatMap(({ nodes }) => nodes));
}

function noSteps(): StageProgress["running"] {
  return { steps: 0, taskLoss: 0, distillationLoss: 0, coefficientLoss: 0, correct: 0 };
}
