import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { count } from "../base/format.js";
import type { LabelledImages, Labels } from "../data/labelled-images.js";
import type { NetworkProvenance } from "../network/network.js";
import { floatPredictionsName, type StoredNetwork } from "../network/read-network.js";
import { readSafetensors } from "../network/safetensors.js";
import { accuracyOf } from "../record/statistics.js";
import type { Arithmetic, ArithmeticResult, StoredAnswers } from "./evaluation-document.js";

/** What training wrote down of the test images, by arithmetic: the image's place in the official split -> its class. */
export type StoredPredictions = Partial<Record<Arithmetic, ReadonlyMap<number, number>>>;

/**
 * The predictions in a network's folder, where they are about the set `whole`: of the float network before LSQ in
 * weights.safetensors, of the quantized one in expected.safetensors.
 * @throws NAS_NETWORK_WEIGHTS where expected.safetensors is there and damaged
 */
export function storedPredictions(folder: string, network: StoredNetwork, whole: LabelledImages): StoredPredictions {
  const { float } = network.description.provenance;
  if (float?.testSetFingerprint !== whole.fingerprint) return {};
  const path = join(folder, "expected.safetensors");
  const expected = existsSync(path) ? readSafetensors(Uint8Array.from(readFileSync(path)), path).tensors : undefined;
  const kept = {
    float: network.tensors.get(floatPredictionsName)?.data,
    integer: expected?.get("predictions")?.data,
  };
  const found: StoredPredictions = {};
  for (const arithmetic of ["float", "integer"] as const) {
    const predictions = kept[arithmetic];
    if (predictions?.length !== whole.count) continue;
    found[arithmetic] = new Map(Array.from(predictions, (label, place) => [whole.officialIndex[place], label]));
  }
  return found;
}

/** Holds kept predictions of a whole set against those made now of a part of it. */
export function compareWithStored(
  kept: ReadonlyMap<number, number>,
  predictions: Labels,
  { count, labels, officialIndex }: Pick<LabelledImages, "count" | "labels" | "officialIndex">,
): StoredAnswers {
  let correct = 0;
  let measured = 0;
  let equalPredictions = 0;
  for (let image = 0; image < count; image++) {
    const before = kept.get(officialIndex[image]);
    if (before === labels[image]) correct++;
    if (predictions[image] === labels[image]) measured++;
    if (predictions[image] === before) equalPredictions++;
  }
  return { ...accuracyOf(correct, count), equalPredictions, reproduced: correct === measured };
}

/** Whether the figures may be held against what the network's folder says, in sentences. */
export function notesOn(
  provenance: Partial<NetworkProvenance>,
  whole: LabelledImages,
  results: readonly ArithmeticResult[],
): string[] {
  const notes: string[] = [];
  const { float, dataSha256 } = provenance;
  const isTest = whole.split === "test";
  if (isTest && float && float.testSetFingerprint !== whole.fingerprint) {
    notes.push("These are not the test images that the network's provenance tells of: its counts are not compared.");
  }
  if (!isTest && dataSha256) {
    notes.push(
      dataSha256 === whole.fingerprint
        ? "The network was trained on these images: the figures tell what it learned, not what it is worth on others."
        : "These are not the training images that the network's provenance names.",
    );
  }
  for (const { arithmetic, accuracy, stored } of results) {
    if (stored === undefined || stored.reproduced) continue;
    const [here, before] = [accuracy, stored].map(({ correct }) => count(correct));
    const counts = `${here} right here, ${before} when it was trained`;
    notes.push(
      arithmetic === "float"
        ? `Float is not reproduced: ${counts}. A network trained with LSQ keeps the weights after LSQ, not those that float was measured with.`
        : `Integers are not reproduced: ${counts}. A few images may differ on another machine; more mean other weights.`,
    );
  }
  return notes;
}
