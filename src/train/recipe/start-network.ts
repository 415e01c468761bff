import { dirname, resolve } from "node:path";
import { NasError } from "../../base/errors.js";
import { readNetwork } from "../../network/read-network.js";
import { parameterSlots, statisticSlots } from "../../model/parameter-table.js";
import type { TrainRecipe } from "./recipe.js";

/**
 * The values that a recipe's quantized phase starts with, by tensor name, flat: weights and statistics of the stored network
 * that it names, without its steps. Undefined where it names none.
 * @throws NAS_TRAIN_RECIPE where the network is another one than meant, or has other layers; the network's own errors.
 */
export function readStart(recipe: TrainRecipe, recipePath: string): Map<string, Float32Array> | undefined {
  if (!recipe.start) return undefined;
  const folder = resolve(dirname(recipePath), recipe.start.folder);
  const { hash, tensors } = readNetwork(folder);
  if (hash !== recipe.start.hash) {
    const message = `names the network ${recipe.start.hash}, in ${folder} lies ${hash}`;
    refuse(recipePath, message, "set its hash, or the right folder", { expected: recipe.start.hash, found: hash });
  }
  const { nodes } = recipe.network;
  const values = new Map<string, Float32Array>();
  for (const { name, shape } of [...parameterSlots(nodes, false), ...statisticSlots(nodes)]) {
    const tensor = tensors.get(name);
    if (tensor?.shape.join() !== shape.join()) {
      const found = tensor ? `[${tensor.shape.join(", ")}]` : "missing";
      const message = `does not fit: "${name}" is ${found} there, [${shape.join(", ")}] here`;
      refuse(recipePath, message, "give both the same layers");
    }
    values.set(name, Float32Array.from(tensor.data));
  }
  return values;
}

function refuse(file: string, why: string, hint: string, context: Record<string, unknown> = {}): never {
  throw new NasError("NAS_TRAIN_RECIPE", `${file}: start ${why}`, {
    hint,
    context: { file, key: "start", ...context },
  });
}
