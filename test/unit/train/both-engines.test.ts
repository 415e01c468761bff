import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { trainNetwork } from "../../../src/train/train-network.js";
import { makeImages } from "../../support/labelled-images.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { itWithTensorflow } from "../../support/it-with-tensorflow.js";
import { sampleRecipe } from "./sample-recipe.js";

/** Four steps in float and four with LSQ on made-up images. */
function shortRecipe() {
  const recipe = { ...sampleRecipe(), heldOut: 0 };
  Object.assign(recipe.float, { epochs: 1 });
  Object.assign(recipe.quantized, { epochs: 1 });
  return recipe;
}

const images = makeImages(Array.from({ length: 128 }, (_, place) => place % 10));

/** The trained values in a process of its own, in which tfjs-node and its gradients never were. */
function trainedOnWebAssembly(folder: string): Map<string, number[]> {
  const here = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const script = `
    const { loadTensorflow } = await import(${here("../../../src/engine/tensorflow.js")});
    const { trainNetwork } = await import(${here("../../../src/train/train-network.js")});
    const { makeImages } = await import(${here("../../support/labelled-images.js")});
    const recipe = ${JSON.stringify(shortRecipe())};
    const images = makeImages(${JSON.stringify([...images.labels])});
    const engine = await loadTensorflow();
    const request = { engine, recipe, training: images, test: images, folder: ${JSON.stringify(folder)}, resume: false };
    const { values } = await trainNetwork(request, {});
    const left = engine.tf.memory().numTensors;
    console.log(JSON.stringify({ kind: engine.kind, left, values: [...values].map(([name, list]) => [name, [...list]]) }));
  `;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, NAS4CIM_ENGINE: "wasm" },
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    encoding: "utf8",
  });
  const { kind, left, values } = JSON.parse(output) as { kind: string; left: number; values: [string, number[]][] };
  expect(kind).to.equal("wasm");
  expect(left, "tensors left behind").to.equal(0);
  return new Map(values);
}

describe("the fallback engine", () => {
  const folder = temporaryFolder();

  itWithTensorflow(
    "says what it is and what it costs",
    (engine) => {
      expect(engine.kind).to.equal("wasm");
      expect(engine.tf.getBackend()).to.equal("wasm");
      expect(engine.caveat).to.match(/on one core: about \d+ times slower/);
      expect(engine.versions).to.have.all.keys("@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-wasm");
    },
    ["wasm"],
  );

  itWithTensorflow(
    "ends a short training where TensorFlow ends it, within a ten-thousandth of each tensor's largest value",
    async (engine) => {
      const recipe = shortRecipe();
      const request = { engine, recipe, training: images, test: images, folder: folder(), resume: false };
      const { values } = await trainNetwork(request, {});
      const found = trainedOnWebAssembly(folder());
      expect([...found.keys()]).to.deep.equal([...values.keys()]);
      for (const [name, expected] of values) {
        const scale = Math.max(...expected.map(Math.abs));
        const distance = Math.max(...expected.map((value, at) => Math.abs(value - found.get(name)![at])));
        expect(distance / scale, name).to.be.at.most(1e-4);
      }
    },
    ["tfjs-node"],
  ).timeout(30_000);
});
