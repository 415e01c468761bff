import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "../../base/errors.js";
import type { JobContext } from "../../base/progress.js";
import type { LabelledImages, Labels } from "../../data/labelled-images.js";
import type { Tensor, Tensorflow } from "../../engine/tensorflow.js";
import { sharePool } from "../../kernels/worker-pool.js";
import type { Macro } from "../../macro/macro.js";
import { trainingImages } from "../../model/batches.js";
import type { StoredNetwork } from "../../network/read-network.js";
import { placeOfLargest } from "../significance/significance.js";
import type { SearchSpace } from "../space/space.js";
import { type FrozenNetwork, frozenNetwork } from "../supernet/frozen-network.js";
import { imageSource, mapSize, type MapSource } from "../supernet/map-source.js";
import { type MixedStage, mixedStages } from "../supernet/mixed-stage.js";
import { cutTeacher } from "../supernet/teacher-stages.js";
import { floatValues } from "../supernet/train-supernet.js";
import type { TrainedStage } from "../supernet/train-stage.js";
import { operatorOnMacro } from "./operator-on-macro.js";
import { quantizeOperator, type QuantizedOperator } from "./quantized-operator.js";

/** How many of the same images are right with an operator in exact integers, and with it on the chip. */
export interface OperatorLoss {
  word: string;
  images: number;
  exactCorrect: number;
  chipCorrect: number;
}

/** What a measurement takes. */
export interface ChipJob {
  engine: Tensorflow;
  space: SearchSpace;
  teacher: StoredNetwork;
  trained: readonly TrainedStage[];
  /** Images to measure on: none that the supernet learned from, and no test images. */
  images: LabelledImages;
  macros: { subject: Macro; reference: Macro };
  threads: number;
  /** What an earlier sitting measured already, by "stage layer word"; and who takes new ones. */
  kept: ReadonlyMap<string, OperatorLoss>;
  save: (key: string, loss: OperatorLoss) => void;
}

/**
 * Rates every operator of every layer by what it loses on a macro: it stands in the teacher as in the supernet, its layer on
 * the macro, the rest exact, and the same images are classified with the layer's exact integers and with the macro's. The
 * other layers of its stage hold their most significant operators. "None" takes no array and loses nothing.
 * @returns [layers][operators], layers over all stages
 */
export async function measureChip(job: ChipJob, context: JobContext): Promise<OperatorLoss[][]> {
  const { engine, space, teacher } = job;
  const parts = cutTeacher(teacher.description, space);
  const values = floatValues(teacher);
  const images = trainingImages(job.images, teacher.description);
  await using lease = sharePool(job.threads);
  const rows: OperatorLoss[][] = [];
  for (const stage of mixedStages(space)) {
    const place = stage.stage;
    const before = frozenNetwork(engine, [...parts.stem, ...parts.stages.slice(0, place).flat()], values);
    const after = frozenNetwork(engine, [...parts.stages.slice(place + 1).flat(), ...parts.head], values);
    const trained = job.trained[place];
    const own = (layer: number): FrozenNetwork =>
      frozenNetwork(engine, stage.layers[layer].operators[favourite(trained, layer)].nodes, trained.values);
    for (let layer = 0; layer < stage.layers.length; layer++) {
      const entering = chain([before, ...range(0, layer).map(own)]);
      const leaving = chain([...range(layer + 1, stage.layers.length).map(own), after]);
      const maps = mapsOf(
        engine,
        entering,
        imageSource(images),
        layer === 0 ? stage.input.channels : stage.output.channels,
      );
      const row: OperatorLoss[] = [];
      for (const [operator, { word, nodes }] of stage.layers[layer].operators.entries()) {
        const key = `${place + 1} ${layer + 1} ${word}`;
        const measured =
          job.kept.get(key) ??
          (nodes.length === 0
            ? { word, images: images.count, exactCorrect: 0, chipCorrect: 0 }
            : await measureOperator(job, stage, layer, operator, maps, leaving, images.labels, lease.pool, context));
        if (!job.kept.has(key)) job.save(key, measured);
        row.push(measured);
        context.progress?.({
          label: `chip, stage ${place + 1}, layer ${layer + 1}`,
          done: operator + 1,
          total: stage.layers[layer].operators.length,
          unit: "operators",
        });
        await setImmediate();
        throwIfAborted(context.signal);
      }
      rows.push(row);
    }
  }
  return rows;
}

/** Points of accuracy lost: [layers][operators]. */
export function lossPoints(rows: readonly (readonly OperatorLoss[])[]): number[][] {
  return rows.map((row) =>
    row.map(({ images, exactCorrect, chipCorrect }) => (100 * (exactCorrect - chipCorrect)) / images),
  );
}

/** A layer's most significant operator; in the first layer one that does something, because "none" there empties the stage. */
function favourite({ shares }: TrainedStage, layer: number): number {
  const row = shares[layer];
  return layer > 0 ? placeOfLargest(row) : 1 + placeOfLargest(row.slice(1));
}

async function measureOperator(
  { engine, teacher, trained, macros }: ChipJob,
  stage: MixedStage,
  layer: number,
  operator: number,
  maps: { values: Float32Array; shape: MapSource },
  leaving: FrozenNetwork,
  labels: Labels,
  pool: Parameters<typeof operatorOnMacro>[4],
  context: JobContext,
): Promise<OperatorLoss> {
  const { word, nodes } = stage.layers[layer].operators[operator];
  const { shape } = maps;
  const count = shape.count;
  const { tf } = engine;
  const sampled = Math.min(count, 64);
  const sample: Tensor = tf.tensor4d(maps.values.slice(0, sampled * mapSize(shape)), [
    sampled,
    shape.height,
    shape.width,
    shape.channels,
  ]);
  const isImage = stage.stage === 0 && layer === 0;
  // Images are integers already: their bytes.
  const grid = isImage ? { bits: 8, step: teacher.description.input.step } : { bits: 4 };
  const quantized = quantizeOperator(engine, nodes, trained[stage.stage].values, shape, sample, grid);
  sample.dispose();
  const entering = toIntegers(maps.values, quantized);
  const { exact, subject } = await operatorOnMacro(quantized.network, macros, entering, count, pool, context);
  const rightOf = (integers: Uint8Array) =>
    correctOf(engine, leaving, integers, quantized.outputStep, stage.output, labels);
  return { word, images: count, exactCorrect: rightOf(exact), chipCorrect: rightOf(subject) };
}

function toIntegers(maps: Float32Array, { inputStep, inputBits }: QuantizedOperator): Uint8Array {
  const highest = 2 ** inputBits - 1;
  return Uint8Array.from(maps, (value) => Math.max(0, Math.min(highest, Math.round(value / inputStep))));
}

/** Images a pass of the teacher. */
const passImages = 50;

/** The maps that enter a layer, all of them: some hundred images. */
function mapsOf(
  engine: Tensorflow,
  entering: FrozenNetwork,
  images: MapSource,
  channels: number,
): { values: Float32Array; shape: MapSource } {
  const { tf } = engine;
  const chunks: Float32Array[] = [];
  let size = { height: images.height, width: images.width, channels: images.channels };
  for (let first = 0; first < images.count; first += passImages) {
    const places = Uint32Array.from({ length: Math.min(passImages, images.count - first) }, (_, at) => first + at);
    const pixels = new Float32Array(places.length * mapSize(images));
    images.read(places, pixels);
    const output = tf.tidy(() => {
      const entered = entering(tf.tensor4d(pixels, [places.length, images.height, images.width, images.channels]));
      // Images of one channel stand for the same channel repeated.
      const map = entered.shape[3] === channels ? entered : tf.tile(entered, [1, 1, 1, channels]);
      size = { height: map.shape[1]!, width: map.shape[2]!, channels: map.shape[3]! };
      return map.dataSync() as Float32Array;
    });
    chunks.push(output.slice());
  }
  const values = new Float32Array(images.count * mapSize(size));
  chunks.reduce((offset, chunk) => (values.set(chunk, offset), offset + chunk.length), 0);
  return { values, shape: { ...images, ...size } };
}

/** How many images are right where a layer gives these integers. */
function correctOf(
  { tf }: Tensorflow,
  leaving: FrozenNetwork,
  integers: Uint8Array,
  step: number,
  { height, width, channels }: MixedStage["output"],
  labels: Labels,
): number {
  const size = height * width * channels;
  let correct = 0;
  for (let first = 0; first < labels.length; first += passImages) {
    const count = Math.min(passImages, labels.length - first);
    const real = Float32Array.from(integers.subarray(first * size, (first + count) * size), (value) => value * step);
    const predicted = tf.tidy(() =>
      tf.argMax(leaving(tf.tensor4d(real, [count, height, width, channels])), -1).dataSync(),
    );
    for (let image = 0; image < count; image++) if (predicted[image] === labels[first + image]) correct++;
  }
  return correct;
}

function chain(parts: readonly FrozenNetwork[]): FrozenNetwork {
  return (input) => parts.reduce((map, part) => part(map), input);
}

function range(first: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
}
