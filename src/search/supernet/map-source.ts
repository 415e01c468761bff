import { closeSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import { NasError, throwIfAborted } from "../../base/errors.js";
import type { JobContext } from "../../base/progress.js";
import { asGraph, type Tensor, type Tensorflow } from "../../engine/tensorflow.js";
import { fillBatch, type TrainingImages } from "../../model/batches.js";
import { plainViews } from "../../model/image-views.js";
import type { FrozenNetwork } from "./frozen-network.js";

/** A map of every image of a set: the images themselves, or what a frozen part of the teacher makes of them. */
export interface MapSource {
  count: number;
  height: number;
  width: number;
  channels: number;
  /** Copies the maps of these images into `target`, one after the other. */
  read(places: Uint32Array, target: Float32Array): void;
}

/** Images as a network takes them, pixel × step. */
export function imageSource(images: TrainingImages): MapSource {
  const { height, width, channels } = images.input;
  const views = plainViews(images.count);
  return {
    count: images.count,
    height,
    width,
    channels,
    read: (places, target) => fillBatch(images, places, views, target),
  };
}

/** Numbers in one map. */
export function mapSize({ height, width, channels }: Pick<MapSource, "height" | "width" | "channels">): number {
  return height * width * channels;
}

/** The maps of a source at these places as a tensor [places, height, width, channels]. */
export function mapTensor({ tf }: Tensorflow, source: MapSource, places: Uint32Array): Tensor {
  const { height, width, channels } = source;
  const values = new Float32Array(places.length * mapSize(source));
  source.read(places, values);
  return tf.tensor4d(values, [places.length, height, width, channels]);
}

/** A file of maps, float32 in this machine's order, to be read in any order. */
export class MapFile implements MapSource, Disposable {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly #path: string;
  readonly #file: number;

  constructor(path: string, count: number, shape: { height: number; width: number; channels: number }) {
    this.count = count;
    this.height = shape.height;
    this.width = shape.width;
    this.channels = shape.channels;
    this.#path = path;
    this.#file = openSync(path, "r");
  }

  read(places: Uint32Array, target: Float32Array): void {
    const bytes = mapSize(this) * Float32Array.BYTES_PER_ELEMENT;
    const view = new Uint8Array(target.buffer, target.byteOffset, places.length * bytes);
    places.forEach((place, slot) => {
      let done = 0;
      while (done < bytes) {
        const read = readSync(this.#file, view, slot * bytes + done, bytes - done, place * bytes + done);
        if (read === 0) throw tooShort(this.#path);
        done += read;
      }
    });
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}

function tooShort(path: string): NasError {
  return new NasError("NAS_SEARCH_RESUME", `the teacher's maps in ${path} end before the last image`, {
    hint: "remove the file: it is then computed anew",
    context: { file: path },
  });
}

/** Images a pass of the teacher: always the same, because kernels may round otherwise for another number. */
const chunkImages = 250;

/**
 * Writes what `part` makes of every map of `from` into a file, whole or not at all.
 * @throws NAS_INTERRUPTED on the context's signal
 */
export async function writeMaps(
  path: string,
  engine: Tensorflow,
  part: FrozenNetwork,
  from: MapSource,
  label: string,
  context: JobContext,
): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.part`;
  const file = openSync(temporary, "w");
  const graph = asGraph(engine, ({ input }: { input: Tensor }) => ({ output: part(input) }));
  try {
    for (let first = 0; first < from.count; first += chunkImages) {
      throwIfAborted(context.signal);
      const places = Uint32Array.from({ length: Math.min(chunkImages, from.count - first) }, (_, slot) => first + slot);
      writeAll(file, partOf(engine, part, graph, from, places));
      context.progress?.({ label, done: first + places.length, total: from.count, unit: "images" });
      await setImmediate();
    }
    closeSync(file);
    renameSync(temporary, path);
  } catch (error) {
    closeSync(file);
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    graph.dispose();
  }
}

function partOf(
  engine: Tensorflow,
  part: FrozenNetwork,
  graph: ReturnType<typeof asGraph<{ input: Tensor }, { output: Tensor }>>,
  from: MapSource,
  places: Uint32Array,
): Float32Array {
  return engine.tf.tidy(() => {
    const input = mapTensor(engine, from, places);
    // A graph is for one number of images.
    const output = places.length === chunkImages ? graph.run({ input }).output : part(input);
    return output.dataSync() as Float32Array;
  });
}

function writeAll(file: number, values: Float32Array): void {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
}
