import { keyedUniform } from "../../base/keyed-random.js";
import type { Genotype, Layer } from "./genotype.js";
import { type Operation, operations } from "./operations.js";
import type { SearchSpace } from "./space.js";

/** All that one layer of the space may hold: none first, then operations × kernels × inner channels in the space's order. */
export function layerChoices(space: SearchSpace): Layer[] {
  const choices: Layer[] = [{ op: "none" }];
  for (const op of Object.values(space.operations)) {
    const operation: Operation = operations[op];
    for (const kernel of space.kernels) {
      if (!operation.hasInnerChannels || space.innerChannels.length === 0) choices.push({ op, kernel });
      else choices.push(...space.innerChannels.map((channels) => ({ op, kernel, channels })));
    }
  }
  return choices;
}

/** Searched layers of the space, all stages together. */
export function layersOf({ stages, layersPerStage }: SearchSpace): number {
  return stages.length * layersPerStage;
}

/** Genotypes of the space: a choice for each layer. Those that differ only in where "none" stands count each. */
export function countGenotypes(space: SearchSpace): bigint {
  return BigInt(layerChoices(space).length) ** BigInt(layersOf(space));
}

/** Networks of the space: genotypes that differ in more than where "none" stands. */
export function countNetworks(space: SearchSpace): bigint {
  const operating = BigInt(layerChoices(space).length - 1);
  let stage = 0n;
  for (let layers = 0; layers <= space.layersPerStage; layers++) stage += operating ** BigInt(layers);
  return stage ** BigInt(space.stages.length);
}

/** Every genotype of the space once, in its order. */
export function* enumerateGenotypes(space: SearchSpace): Generator<Genotype> {
  const choices = layerChoices(space);
  const digits = new Array<number>(layersOf(space)).fill(0);
  for (let moved = 0; moved >= 0;) {
    yield genotypeOf(space, (layer) => choices[digits[layer]]);
    for (moved = digits.length - 1; moved >= 0 && ++digits[moved] === choices.length; moved--) digits[moved] = 0;
  }
}

/** Sample number `index` (from 0) of a seed: each layer's choice uniform and keyed, so that samples may be drawn in any order. */
export function sampleGenotype(space: SearchSpace, seed: number, index: number): Genotype {
  const choices = layerChoices(space);
  return genotypeOf(
    space,
    (layer) => choices[Math.floor(keyedUniform("genotype", seed, index, layer) * choices.length)],
  );
}

/** The genotype that has `choose(layer)` in each searched layer, counted over all stages. */
export function genotypeOf(space: SearchSpace, choose: (layer: number) => Layer): Genotype {
  const { layersPerStage } = space;
  return {
    stages: space.stages.map((_stage, stage) =>
      Array.from({ length: layersPerStage }, (_layer, layer) => choose(stage * layersPerStage + layer)),
    ),
  };
}
