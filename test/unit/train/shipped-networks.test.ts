import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { loadDataset } from "../../../src/data/load-dataset.js";
import type { NetworkDescription } from "../../../src/network/network.js";
import { readSafetensors, type Tensor } from "../../../src/network/safetensors.js";
import { trainingImages } from "../../../src/train/batches.js";
import type { EpochRecord } from "../../../src/train/checkpoint.js";
import { evaluate } from "../../../src/train/evaluate/evaluate.js";
import { recipeHash } from "../../../src/train/recipe/recipe.js";
import { readRecipe } from "../../../src/train/recipe/read-recipe.js";
import { fashionMnistFolder, fashionMnistHint } from "../../support/fashion-mnist.js";
import { expectClose } from "../../support/close-to.js";
import { itWithTensorflow } from "../../support/it-with-tensorflow.js";

const name = "fashion-mnist-accuracy-first";
const folder = join(packageRoot(), "fixtures", "networks", name);
const description = JSON.parse(readFileSync(join(folder, "network.json"), "utf8")) as NetworkDescription;

function tensorsOf(file: string): Map<string, Tensor> {
  return readSafetensors(Uint8Array.from(readFileSync(join(folder, file))), file).tensors;
}

describe(`shipped network ${name}`, () => {
  const recipe = readRecipe(join(packageRoot(), "fixtures", "recipes", `${name}.json`));

  it("comes from the shipped recipe, unchanged since", () => {
    expect(description.provenance.recipeHash).to.equal(recipeHash(recipe));
    expect(description.provenance.seed).to.equal(recipe.seed);
    expect({ name: description.name, input: description.input, nodes: description.nodes }).to.deep.equal(
      recipe.network,
    );
  });

  it("has a log of every epoch of the recipe", () => {
    const lines = readFileSync(join(folder, "train-log.jsonl"), "utf8").trim().split("\n");
    const log = lines.map((line) => JSON.parse(line) as EpochRecord);
    const planned = [
      ...Array.from({ length: recipe.teacher?.training.epochs ?? 0 }, (_, epoch) => `teacher ${epoch + 1}`),
      ...Array.from({ length: recipe.float?.epochs ?? 0 }, (_, epoch) => `float ${epoch + 1}`),
      ...Array.from({ length: recipe.quantized.epochs }, (_, epoch) => `quantized ${epoch + 1}`),
    ];
    expect(log.map(({ phase, epoch }) => `${phase} ${epoch}`)).to.deep.equal(planned);
  });

  const title = "gives the stored predictions on all test images, on integers and in float's count";
  const folderOfImages = fashionMnistFolder();
  if (folderOfImages === undefined) {
    it.skip(`${title} (pending: ${fashionMnistHint})`);
    return;
  }
  itWithTensorflow(title, async (engine) => {
    const test = await loadDataset({ dataset: "fashion-mnist", split: "test", path: folderOfImages }, {});
    expect(test.fingerprint).to.equal(description.provenance.float!.testSetFingerprint);
    const values = new Map(
      [...tensorsOf("weights.safetensors")].map(([key, { data }]) => [key, Float32Array.from(data)]),
    );
    const expected = tensorsOf("expected.safetensors");
    const images = trainingImages(test, description);
    const { logits, predictions } = evaluate(engine, description.nodes, values, images, { quantized: true });
    // Another processor may add in another order, which can move an activation that lies on the edge of two levels.
    const stored = expected.get("predictions")!.data;
    const equal = predictions.filter((prediction, image) => prediction === stored[image]).length;
    expect(equal).to.be.at.least(9_995);
    expectClose(logits.subarray(0, 5000), expected.get("logits")!.data, 0.02);
    const floatPredictions = values.get("float_predictions")!;
    const floatCorrect = floatPredictions.filter((prediction, image) => prediction === test.labels[image]).length;
    expect(floatCorrect).to.equal(description.provenance.float!.correct);
  }).timeout(60_000);
});
