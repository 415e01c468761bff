import { randomStream, shuffledOrder } from "../../base/random-stream.js";
import { countMacs } from "../../network/matrices.js";
import { enumerateGenotypes } from "../space/explore.js";
import { type Genotype, isOperation } from "../space/genotype.js";
import { encodeGenotype } from "../space/genotype-text.js";
import type { SearchSpace } from "../space/space.js";
import { toGraph } from "../space/to-graph.js";

/** One training to do: a network and a seed. */
export interface OracleEntry {
  genotype: string;
  /** 1, or 2 for the networks that are trained a second time. */
  seed: number;
}

/** Networks with and without an empty layer are each cut into so many parts of equal number, by MACs. */
const partsByMacs = 5;

/** Of every stratum so many networks are trained with both seeds, once so many of each are trained with the first. */
const secondSeeds = 4;
const roundsBeforeSecondSeeds = 5;

/**
 * All trainings of a small space's oracle, in the order in which they are done: a round takes one network out of each
 * stratum (fifths by MACs, with and without empty layers), so that any beginning of the order is a stratified sample. After
 * five rounds the first four are trained again with the second seed. For a space that can be enumerated.
 */
export function oracleOrder(space: SearchSpace): OracleEntry[] {
  const strata = strataOf(space).map((stratum, index) => {
    const order = shuffledOrder(stratum.length, randomStream("oracle", space.name, index));
    return Array.from(order, (place) => stratum[place]);
  });
  const rounds = Math.max(...strata.map(({ length }) => length));
  const round = (index: number, seed: number): OracleEntry[] =>
    strata.flatMap((stratum) => (index < stratum.length ? [{ genotype: stratum[index], seed }] : []));
  return Array.from({ length: rounds }, (_, index) => index).flatMap((index) => {
    const entries = round(index, 1);
    if (index !== Math.min(roundsBeforeSecondSeeds, rounds) - 1) return entries;
    const again = Array.from({ length: Math.min(secondSeeds, rounds) }, (_, earlier) => round(earlier, 2));
    return [...entries, ...again.flat()];
  });
}

function strataOf(space: SearchSpace): string[][] {
  const networks = [...enumerateGenotypes(space)].map((genotype) => ({
    genotype: encodeGenotype(space, genotype),
    macs: countMacs(toGraph(space, genotype)),
    hasNone: hasNone(genotype),
  }));
  return [true, false].flatMap((wanted) => {
    const own = networks.filter((network) => network.hasNone === wanted).sort((a, b) => a.macs - b.macs);
    return Array.from({ length: partsByMacs }, (_, part) => {
      const [first, end] = [part, part + 1].map((cut) => Math.round((cut * own.length) / partsByMacs));
      return own.slice(first, end).map(({ genotype }) => genotype);
    });
  });
}

function hasNone({ stages }: Genotype): boolean {
  return stages.some((layers) => layers.some((layer) => !isOperation(layer)));
}
