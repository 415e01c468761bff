import { isNasError, messageOf } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { openStore, type RecordStore } from "../store/store.js";
import type { TrainingEpoch } from "../record/training.js";
import type { EpochRecord, PhaseName } from "./checkpoint.js";
import type { TrainPhase, TrainRecipe } from "./recipe/recipe.js";
import { learningRateAt } from "./recipe/schedule.js";
import { type TrainOutcome, trainRecipe, type TrainRequest } from "./train.js";
import type { TrainingFacts, TrainingObserver } from "./training-observer.js";

/** What came of a training, and its id in the store, where the store took it. */
export type RecordedOutcome = TrainOutcome & { trainingId?: string };

/**
 * Trains as trainRecipe does and keeps a record of it in the store of `storeFolder`, or none where that is undefined; a
 * resumed training goes on in its own record. A store that refuses costs the record, never the training.
 */
export async function trainRecorded(
  request: TrainRequest,
  storeFolder: string | undefined,
  context: JobContext,
): Promise<RecordedOutcome> {
  if (storeFolder === undefined) return trainRecipe(request, context);
  using recorder = new TrainingRecorder(storeFolder, context);
  try {
    const outcome = await trainRecipe({ ...request, observer: recorder }, context);
    recorder.finished(outcome);
    return recorder.id === undefined ? outcome : { ...outcome, trainingId: recorder.id };
  } catch (error) {
    recorder.stopped(error);
    throw error;
  }
}

/** The phases of a recipe, in order. */
export function phasesOf(recipe: TrainRecipe): { name: PhaseName; training: TrainPhase }[] {
  const phases = { teacher: recipe.teacher?.training, float: recipe.float, quantized: recipe.quantized };
  return (["teacher", "float", "quantized"] as const).flatMap((name) => {
    const training: TrainPhase | undefined = phases[name];
    return training ? [{ name, training }] : [];
  });
}

/**
 * Writes a training into the record store as it goes on. The record is worth less than the training: whatever the store
 * refuses is told once, and the training goes on without a record.
 */
export class TrainingRecorder implements TrainingObserver, Disposable {
  readonly #storeFolder: string;
  readonly #context: JobContext;
  #store: RecordStore | undefined;
  #id: string | undefined;
  #recipe: TrainRecipe | undefined;
  #kept: number | undefined;

  constructor(storeFolder: string, context: JobContext) {
    this.#storeFolder = storeFolder;
    this.#context = context;
  }

  /** Of the training in the store; undefined before it started, and where the store refused. */
  get id(): string | undefined {
    return this.#id;
  }

  started({ resume, recipe, dataCaveat, ...facts }: TrainingFacts): void {
    this.#attempt(() => {
      const dataset = dataCaveat === undefined ? recipe.dataset : `${recipe.dataset}: ${dataCaveat}`;
      this.#recipe = recipe;
      this.#store = openStore(this.#storeFolder);
      const { trainings } = this.#store;
      const taken = resume ? trainings.resume(facts.recipeHash, facts.outputFolder, facts.versions) : undefined;
      this.#id =
        taken ??
        trainings.create({
          ...facts,
          recipe,
          network: recipe.network.name,
          dataset,
          seed: recipe.seed,
          phases: phasesOf(recipe).map(({ name, training }) => ({ phase: name, epochs: training.epochs })),
        });
      this.#context.log?.(`training ${this.#id}: ${recipe.network.name} on ${dataset}, seed ${recipe.seed}`);
    });
  }

  saved(log: readonly EpochRecord[]): void {
    if (log.length === this.#kept) return;
    this.#write((store, id) => {
      store.trainings.saveEpochs(id, withLearningRates(log, this.#recipe!));
      this.#kept = log.length;
    });
  }

  /** Enters what came of it. */
  finished({ log, parameters, testImages, floatCorrect, quantizedCorrect }: TrainOutcome): void {
    this.saved(log);
    const result = { parameters, testImages, floatCorrect, quantizedCorrect };
    this.#write((store, id) => store.trainings.finish(id, result));
  }

  /** Enters that it stopped, and why. */
  stopped(error: unknown): void {
    const code = isNasError(error) ? error.code : undefined;
    const status = code === "NAS_INTERRUPTED" ? "interrupted" : code === "NAS_TRAIN_DIVERGED" ? "diverged" : "failed";
    const reason = { ...(code === undefined ? {} : { code }), message: messageOf(error) };
    this.#write((store, id) => store.trainings.setStatus(id, status, reason));
  }

  [Symbol.dispose](): void {
    this.#store?.close();
    this.#store = undefined;
  }

  #write(work: (store: RecordStore, id: string) => void): void {
    const [store, id] = [this.#store, this.#id];
    if (store !== undefined && id !== undefined) this.#attempt(() => work(store, id));
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#context.log?.(`the training goes on without a record from here: ${messageOf(error)}`);
      this.#id = undefined;
      try {
        this[Symbol.dispose]();
      } catch {
        // It refused already, which was told.
      }
    }
  }
}

/** The log with each epoch's learning rate, by the recipe, in the middle of the epoch. */
function withLearningRates(log: readonly EpochRecord[], recipe: TrainRecipe): TrainingEpoch[] {
  const phases = new Map(phasesOf(recipe).map(({ name, training }) => [name, training]));
  return log.map((record) => {
    const training = phases.get(record.phase);
    if (training === undefined) return record;
    return { ...record, learningRate: learningRateAt(training.learningRate, record.epoch - 0.5, training.epochs) };
  });
}
