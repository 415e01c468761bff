import type { NetworkNode } from "../network/network.js";
import type { TrainingImages } from "../model/batches.js";
import type { ImageViews } from "../model/image-views.js";
import type { Augmentation } from "./epoch-order.js";
import { evaluate } from "../evaluate/evaluate.js";
import { type NetworkValues, prepareInference } from "../evaluate/inference.js";
import { asGraph, type Tensor, type Tensorflow } from "../engine/tensorflow.js";

/** What a teacher says of a batch; tensors of the caller's tidy. */
export interface TeacherAnswer {
  /** [batch, classes]. */
  logits: Tensor;
  /** [batch, features]. */
  features: Tensor;
}

/** A float network that training images are shown to. */
export interface Teacher {
  /** Its answer for the images at these places, which `batch` [batch, height, width, channels] holds as `views` shows them. */
  answer(places: Uint32Array, views: ImageViews, batch: Tensor): TeacherAnswer;
  dispose(): void;
}

/**
 * Makes a teacher of a float network. Where images are shown in two ways at most, its answers are computed once for all
 * epochs; where they are translated, for each batch.
 */
export function askTeacher(
  engine: Tensorflow,
  nodes: readonly NetworkNode[],
  values: NetworkValues,
  images: TrainingImages,
  augmentation: Augmentation,
): Teacher {
  if (augmentation.translate === 0) return rememberingTeacher(engine, nodes, values, images, augmentation);
  const inference = prepareInference(engine, nodes, values, { inputStep: images.input.step, quantized: false });
  const graph = asGraph(engine, ({ batch }: { batch: Tensor }) => inference(batch));
  return { answer: (_places, _views, batch) => graph.run({ batch }), dispose: () => graph.dispose() };
}

function rememberingTeacher(
  engine: Tensorflow,
  nodes: readonly NetworkNode[],
  values: NetworkValues,
  images: TrainingImages,
  { flip }: Augmentation,
): Teacher {
  const { tf } = engine;
  const ask = (mirrored: boolean) => evaluate(engine, nodes, values, images, { quantized: false, mirrored });
  const upright = ask(false);
  const reversed = flip === "none" ? upright : ask(true);
  const gather = (what: "logits" | "features", places: Uint32Array, { mirrored }: ImageViews): Tensor => {
    const width = upright[what].length / images.count;
    const chosen = new Float32Array(places.length * width);
    places.forEach((place, slot) => {
      const source = (mirrored[place] ? reversed : upright)[what];
      chosen.set(source.subarray(place * width, (place + 1) * width), slot * width);
    });
    return tf.tensor2d(chosen, [places.length, width]);
  };
  return {
    answer: (places, views) => ({
      logits: gather("logits", places, views),
      features: gather("features", places, views),
    }),
    dispose: () => undefined,
  };
}
