/** What the parts of one kind take in a layer, or in a whole network. */
export interface Cost {
  /** Time that the parts are at work, summed over pixels; parts of a pipeline overlap, so their sum is no latency. */
  latencyNs: number;
  energyNj: number;
  /** While at work. */
  powerWatt: number;
  areaMm2: number;
}

/** The kinds of parts, in the order in which tables list them. */
export const partNames = [
  "crossbar",
  "dac",
  "adc",
  "bufferRead",
  "bufferWrite",
  "inputRegister",
  "outputRegister",
  "inputDemux",
  "outputMux",
  "shiftRegister",
  "adder",
  "jointModule",
  "pooling",
  "elementwiseSum",
  "intraTile",
  "tileMerge",
  "tileTransfer",
] as const;
export type PartName = (typeof partNames)[number];

/** A cost for every kind of part. */
export type PartCosts = Record<PartName, Cost>;

/** Adds `more` to `sum`, member by member. */
export function addCost(sum: Cost, more: Cost): void {
  sum.latencyNs += more.latencyNs;
  sum.energyNj += more.energyNj;
  sum.powerWatt += more.powerWatt;
  sum.areaMm2 += more.areaMm2;
}

/** The sum of costs, member by member. */
export function sumCosts(costs: Iterable<Cost>): Cost {
  const sum: Cost = { latencyNs: 0, energyNj: 0, powerWatt: 0, areaMm2: 0 };
  for (const cost of costs) addCost(sum, cost);
  return sum;
}

/** Sums part by part. */
export function sumParts(layers: readonly PartCosts[]): PartCosts {
  return Object.fromEntries(
    partNames.map((name) => [name, sumCosts(layers.map((layer) => layer[name]))]),
  ) as unknown as PartCosts;
}
