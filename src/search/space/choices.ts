import type { Choice } from "../significance/significance.js";
import { genotypeOf, layerChoices, layersOf } from "./explore.js";
import { type Genotype, isOperation, withoutNone } from "./genotype.js";
import { encodeGenotype } from "./genotype-text.js";
import type { SearchSpace } from "./space.js";

/** Operators of each searched layer of a space. */
export function choiceShape(space: SearchSpace): number[] {
  return new Array<number>(layersOf(space)).fill(layerChoices(space).length);
}

/** The genotype of a choice: layer by layer, stage by stage, the operators in the order of `layerChoices`. */
export function genotypeOfChoice(space: SearchSpace, choice: Choice): Genotype {
  const choices = layerChoices(space);
  return genotypeOf(space, (layer) => choices[choice[layer]]);
}

/**
 * The network that a choice stands for, by its text without empty layers. A stage's first layer is "none" in an empty
 * stage alone, as in the supernet, where it stands for the whole stage's shortcut: any other choice with it is none.
 */
export function networkOfChoice(space: SearchSpace, choice: Choice): string | undefined {
  const genotype = genotypeOfChoice(space, choice);
  const isOdd = genotype.stages.some((layers) => !isOperation(layers[0]) && layers.some(isOperation));
  return isOdd ? undefined : encodeGenotype(space, withoutNone(genotype));
}

/** Each layer's operators as a genotype writes them: "-", "c3", "r5m16". */
export function operatorWords(space: SearchSpace): string[] {
  return layerChoices(space).map((layer) => {
    const text = encodeGenotype(space, { stages: [[layer]] });
    return text.slice(1, -1);
  });
}
