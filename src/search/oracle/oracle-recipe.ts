import { networkFromGraph } from "../../network/from-graph.js";
import type { TrainRecipe } from "../../train/recipe/recipe.js";
import { decodeGenotype } from "../space/genotype-text.js";
import type { SearchSpace } from "../space/space.js";
import { toGraph } from "../space/to-graph.js";
import type { OracleEntry } from "./oracle-order.js";

/** 4-bit weights and activations; signed maps go into sums at 8 bits, means to the classifier at 6, as in the shipped recipes. */
const bits = { weights: 4, activations: 4, image: 8, addends: 8, pooled: 6, weightStepPer: "channel" } as const;

/**
 * The one short recipe that every network of an oracle is trained by: three epochs in float, one with LSQ. Nothing of it was
 * tuned on any network of the space.
 */
export function oracleRecipe(space: SearchSpace, { genotype, seed }: OracleEntry): TrainRecipe {
  return {
    format: "nas4cim-recipe",
    version: 1,
    summary: `${space.name} ${genotype}, trained alone for an oracle of the space`,
    dataset: "fashion-mnist",
    seed,
    batchSize: 128,
    heldOut: 5_000,
    network: networkFromGraph(toGraph(space, decodeGenotype(space, genotype)), bits),
    float: {
      epochs: 3,
      learningRate: { peak: 0.1, warmUp: 0.2, shape: "linear" },
      momentum: 0.9,
      weightDecay: 1e-4,
      labelSmoothing: 0,
      flip: "alternating",
      translate: 0,
      averageDecay: 0.99,
    },
    quantized: {
      epochs: 1,
      learningRate: { peak: 0.02, warmUp: 0.1, shape: "linear" },
      momentum: 0.9,
      weightDecay: 5e-5,
      labelSmoothing: 0,
      flip: "alternating",
      translate: 0,
      averageDecay: 0,
    },
  };
}
