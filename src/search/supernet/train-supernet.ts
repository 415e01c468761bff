import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { hashJson } from "../../base/hash.js";
import type { JobContext } from "../../base/progress.js";
import type { LabelledImages } from "../../data/labelled-images.js";
import type { Tensorflow } from "../../engine/tensorflow.js";
import { trainingImages } from "../../model/batches.js";
import type { StoredNetwork } from "../../network/read-network.js";
import type { NetworkNode } from "../../network/network.js";
import { stageShapes } from "../space/stage-shapes.js";
import type { SearchSpace } from "../space/space.js";
import { frozenNetwork } from "./frozen-network.js";
import { MapCache } from "./map-cache.js";
import { imageSource, MapFile, mapSize, type MapSource, writeMaps } from "./map-source.js";
import { mixedStages } from "./mixed-stage.js";
import type { SupernetSettings } from "./supernet-settings.js";
import { cutTeacher } from "./teacher-stages.js";
import { type TrainedStage, trainStage } from "./train-stage.js";

/** The supernet of a search: all that its training depends on, and where it is kept. */
export interface SupernetJob {
  engine: Tensorflow;
  space: SearchSpace;
  teacher: StoredNetwork;
  /** The images to train on, in their order. */
  images: LabelledImages;
  settings: SupernetSettings;
  seed: number;
  /** Gets the stages' checkpoints. */
  folder: string;
  /** What the checkpoints belong to. */
  owner: string;
  cacheFolder: string;
  cacheBytes: number;
  /** Hears of each stage as it is done. */
  onStage?: (stage: number, trained: TrainedStage) => void;
}

/**
 * Trains the supernet stage by stage: module i stands in the teacher in place of stage i, all other stages frozen. What
 * enters a stage and what the teacher's stage makes of it is computed once and kept on disk.
 * @throws NAS_SEARCH_TEACHER, NAS_SEARCH_SETTINGS, NAS_SEARCH_RESUME, NAS_TRAIN_DIVERGED, NAS_INTERRUPTED
 */
export async function trainSupernet(job: SupernetJob, context: JobContext): Promise<TrainedStage[]> {
  const { engine, teacher, settings, seed, owner } = job;
  const parts = cutTeacher(teacher.description, job.space);
  const values = floatValues(teacher);
  const images = trainingImages(job.images, teacher.description);
  using maps = new TeacherMaps(job, parts.stem, parts.stages, values, imageSource(images), context);
  const trained: TrainedStage[] = [];
  for (const stage of mixedStages(job.space)) {
    const place = stage.stage;
    const rest = frozenNetwork(engine, [...parts.stages.slice(place + 1).flat(), ...parts.head], values);
    const result = await trainStage(
      {
        engine,
        stage,
        rest,
        input: await maps.entering(place),
        teacherMap: await maps.entering(place + 1),
        labels: images.labels,
        classes: images.classes,
        settings,
        seed,
        checkpoint: join(job.folder, `stage-${place + 1}.safetensors`),
        owner,
      },
      context,
    );
    trained.push(result);
    job.onStage?.(place, result);
    await setImmediate();
  }
  return trained;
}

/** A network's float32 tensors, flat, by name. */
export function floatValues({ tensors }: StoredNetwork): Map<string, Float32Array> {
  return new Map([...tensors].flatMap(([name, { dtype, data }]) => (dtype === "F32" ? [[name, data] as const] : [])));
}

/** The teacher's maps between its stages, each computed when it is first needed, from the one before it. */
class TeacherMaps implements Disposable {
  readonly #job: SupernetJob;
  readonly #cache: MapCache;
  readonly #parts: readonly NetworkNode[][];
  readonly #values: Map<string, Float32Array>;
  readonly #context: JobContext;
  /** What enters stage i; [0] may be the images. */
  readonly #sources: MapSource[] = [];
  readonly #files: MapFile[] = [];
  readonly #images: MapSource;

  constructor(
    job: SupernetJob,
    stem: NetworkNode[],
    stages: NetworkNode[][],
    values: Map<string, Float32Array>,
    images: MapSource,
    context: JobContext,
  ) {
    this.#job = job;
    this.#parts = [stem, ...stages];
    this.#values = values;
    this.#images = images;
    this.#context = context;
    this.#cache = new MapCache(job.cacheFolder, job.cacheBytes);
  }

  /** The maps that enter stage `place`; those that leave the last one for the place behind it. */
  async entering(place: number): Promise<MapSource> {
    const found = this.#sources[place];
    if (found !== undefined) return found;
    const from = place === 0 ? this.#images : await this.entering(place - 1);
    const source = this.#parts[place].length === 0 ? from : await this.#computed(place, from);
    this.#sources[place] = source;
    return source;
  }

  async #computed(place: number, from: MapSource): Promise<MapSource> {
    const { engine, teacher, images, space } = this.#job;
    const { input, outputs } = stageShapes(space);
    const shape = place === 0 ? input : outputs[place - 1];
    const content = {
      teacher: teacher.hash,
      images: images.fingerprint,
      space: hashJson(space),
      place,
      engine: engine.versions,
    };
    const bytes = from.count * mapSize(shape) * Float32Array.BYTES_PER_ELEMENT;
    const { path, isThere } = this.#cache.take(content, bytes);
    if (!isThere) {
      const part = frozenNetwork(engine, this.#parts[place], this.#values);
      const label = place === 0 ? "the teacher's stem" : `the teacher's stage ${place}`;
      await writeMaps(path, engine, part, from, label, this.#context);
    }
    const file = new MapFile(path, from.count, shape);
    this.#files.push(file);
    return file;
  }

  [Symbol.dispose](): void {
    for (const file of this.#files) file[Symbol.dispose]();
  }
}
