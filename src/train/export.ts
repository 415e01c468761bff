import { join } from "node:path";
import { writeFileAtomic } from "../base/atomic-file.js";
import type { Labels } from "../data/labelled-images.js";
import type { NetworkDescription } from "../network/network.js";
import { type Tensor, writeSafetensors } from "../network/safetensors.js";
import type { EpochRecord } from "./checkpoint.js";
import type { Evaluation } from "../evaluate/evaluate.js";
import { parameterSlots, statisticSlots } from "../model/parameter-table.js";

/** A trained network and what training says of it. */
export interface TrainedNetwork {
  description: NetworkDescription;
  /** Flat, by tensor name: parameters with steps, and statistics. */
  values: ReadonlyMap<string, Float32Array>;
  log: readonly EpochRecord[];
  /** On the whole test set. */
  float: Omit<Evaluation, "features">;
  quantized: Omit<Evaluation, "features">;
  classes: number;
}

/** Images whose logits are exported, so that the path over integers can be checked against training's own numbers. */
const expectedImages = 500;

/**
 * Writes a network folder: network.json, weights.safetensors (with the float predictions), train-log.jsonl, and
 * expected.safetensors: `logits` F32 of the first 500 test images and `predictions` of all, quantized; predictions are U8, or I32
 * where there are more than 256 classes.
 */
export function exportNetwork(folder: string, trained: TrainedNetwork): void {
  const { description, values, classes } = trained;
  const tensors = new Map<string, Tensor>();
  for (const { name, shape } of [...parameterSlots(description.nodes, true), ...statisticSlots(description.nodes)]) {
    tensors.set(name, { dtype: "F32", shape, data: values.get(name)! });
  }
  const { predictions } = trained.float;
  tensors.set("float_predictions", predictionTensor(predictions));
  writeFileAtomic(join(folder, "weights.safetensors"), writeSafetensors(tensors));
  writeFileAtomic(join(folder, "expected.safetensors"), writeSafetensors(expectedTensors(trained.quantized, classes)));
  writeFileAtomic(join(folder, "train-log.jsonl"), trained.log.map((line) => `${JSON.stringify(line)}\n`).join(""));
  // Last: a folder with a network.json is whole.
  writeFileAtomic(join(folder, "network.json"), `${JSON.stringify(description, null, 2)}\n`);
}

function expectedTensors({ logits, predictions }: Omit<Evaluation, "features">, classes: number): Map<string, Tensor> {
  const count = Math.min(expectedImages, predictions.length);
  return new Map<string, Tensor>([
    ["logits", { dtype: "F32", shape: [count, classes], data: logits.slice(0, count * classes) }],
    ["predictions", predictionTensor(predictions)],
  ]);
}

function predictionTensor(predictions: Labels): Tensor {
  const shape = [predictions.length];
  return predictions instanceof Uint8Array
    ? { dtype: "U8", shape, data: predictions }
    : { dtype: "I32", shape, data: Int32Array.from(predictions) };
}
