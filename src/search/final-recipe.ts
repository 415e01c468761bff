import { networkFromGraph } from "../network/from-graph.js";
import type { TrainRecipe } from "../train/recipe/recipe.js";
import type { Selection } from "./select.js";
import { genotypeOfChoice } from "./space/choices.js";
import type { SearchSpace } from "./space/space.js";
import { toGraph } from "./space/to-graph.js";

/** 4-bit weights and activations; signed maps go into sums at 8 bits, means to the classifier at 6, as in the shipped recipes. */
const bits = { weights: 4, activations: 4, image: 8, addends: 8, pooled: 6, weightStepPer: "channel" } as const;

/**
 * How a chosen network is trained from scratch, in float and then with LSQ: as `template` trains its own network, which is
 * another one on the same data. Of the search nothing is left but the network.
 */
export function finalRecipe(space: SearchSpace, { objective, chosen }: Selection, template: TrainRecipe): TrainRecipe {
  const graph = toGraph(space, genotypeOfChoice(space, chosen.choice));
  return {
    ...template,
    summary: `${space.name} ${chosen.network}, chosen by a search for ${objective}`,
    network: networkFromGraph({ ...graph, name: `${space.name}-${objective.replace(/[^a-z0-9.]+/g, "-")}` }, bits),
  };
}
