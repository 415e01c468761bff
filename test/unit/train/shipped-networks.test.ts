import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { loadDataset } from "../../../src/data/load-dataset.js";
import { pickImages } from "../../../src/data/pick-images.js";
import type { NetworkDescription } from "../../../src/network/network.js";
import { readSafetensors, type Tensor } from "../../../src/network/safetensors.js";
import { countMacs } from "../../../src/network/matrices.js";
import { trainingImages } from "../../../src/model/batches.js";
import type { EpochRecord } from "../../../src/train/checkpoint.js";
import { evaluate } from "../../../src/evaluate/evaluate.js";
import { recipeHash } from "../../../src/train/recipe/recipe.js";
import { readRecipe } from "../../../src/train/recipe/read-recipe.js";
import { cifarFolder, cifarHint } from "../../support/cifar-10.js";
import { fashionMnistFolder, fashionMnistHint } from "../../support/fashion-mnist.js";
import { expectClose } from "../../support/close-to.js";
import { itWithTensorflow } from "../../support/it-with-tensorflow.js";

const networks = join(packageRoot(), "fixtures", "networks");

/** Networks of more operations are checked on the first images alone: the test has minutes, not hours. */
const manyMacs = 20e6;
const someImages = 1000;

/** Where the test images lie that the shipped networks' figures are about. */
const testImages = {
  "fashion-mnist": { folder: fashionMnistFolder(), hint: fashionMnistHint },
  "cifar-10": { folder: cifarFolder(), hint: cifarHint },
};

for (const name of readdirSync(networks)) describeNetwork(name);

function describeNetwork(name: string): void {
  const tensorsOf = (file: string): Map<string, Tensor> =>
    readSafetensors(Uint8Array.from(readFileSync(join(networks, name, file))), file).tensors;

  describe(`shipped network ${name}`, () => {
    const description = JSON.parse(readFileSync(join(networks, name, "network.json"), "utf8")) as NetworkDescription;
    const recipe = readRecipe(join(packageRoot(), "fixtures", "recipes", `${description.name}.json`));

    it("comes from the shipped recipe, unchanged since", () => {
      expect(description.provenance.recipeHash).to.equal(recipeHash(recipe));
      expect(description.provenance.seed).to.equal(recipe.seed);
      expect({ name: description.name, input: description.input, nodes: description.nodes }).to.deep.equal(
        recipe.network,
      );
    });

    it("has a log of every epoch of the recipe", () => {
      const lines = readFileSync(join(networks, name, "train-log.jsonl"), "utf8")
        .trim()
        .split("\n");
      const log = lines.map((line) => JSON.parse(line) as EpochRecord);
      const planned = [
        ...Array.from({ length: recipe.teacher?.training.epochs ?? 0 }, (_, epoch) => `teacher ${epoch + 1}`),
        ...Array.from({ length: recipe.float?.epochs ?? 0 }, (_, epoch) => `float ${epoch + 1}`),
        ...Array.from({ length: recipe.quantized.epochs }, (_, epoch) => `quantized ${epoch + 1}`),
      ];
      expect(log.map(({ phase, epoch }) => `${phase} ${epoch}`)).to.deep.equal(planned);
    });

    const count = countMacs(description) > manyMacs ? someImages : Infinity;
    const title = `gives the stored predictions on ${count === Infinity ? "all" : count} test images, on integers and in float's count`;
    const { dataset } = recipe;
    const { folder, hint } = testImages[dataset as keyof typeof testImages];
    if (folder === undefined) {
      it.skip(`${title} (pending: ${hint})`);
      return;
    }
    itWithTensorflow(title, async (engine) => {
      const test = await loadDataset({ dataset, split: "test", path: folder }, {});
      expect(test.fingerprint).to.equal(description.provenance.float!.testSetFingerprint);
      const values = new Map(
        [...tensorsOf("weights.safetensors")].map(([key, { data }]) => [key, Float32Array.from(data)]),
      );
      const expected = tensorsOf("expected.safetensors");
      const places = Uint16Array.from({ length: Math.min(count, test.count) }, (_, place) => place);
      const images = trainingImages(pickImages(test, places), description);
      const { logits, predictions } = evaluate(engine, description.nodes, values, images, { quantized: true });
      // Another processor may add in another order, which can move an activation that lies on the edge of two levels.
      const stored = expected.get("predictions")!.data;
      const different = predictions.filter((prediction, image) => prediction !== stored[image]).length;
      expect(different).to.be.at.most(5);
      expectClose(logits.subarray(0, 5000), expected.get("logits")!.data, 0.02);
      const floatPredictions = values.get("float_predictions")!;
      const floatCorrect = floatPredictions.filter((prediction, image) => prediction === test.labels[image]).length;
      expect(floatCorrect).to.equal(description.provenance.float!.correct);
    }).timeout(120_000);
  });
}
