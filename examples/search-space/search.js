// A search space of one's own: small images, two stages, and which of its networks has the least energy-delay product.
import {
  costDocument,
  countGenotypes,
  decodeGenotype,
  loadHardware,
  loadSpace,
  scoreCandidates,
  toGraph,
} from "nas4cim";
import { fileURLToPath } from "node:url";

const space = loadSpace(fileURLToPath(new URL("space.json", import.meta.url)));
console.log(`${space.name}: ${countGenotypes(space)} genotypes`);

const setting = {
  hardware: loadHardware("isaac-unit"),
  profile: "physical",
  schedule: "pipelined",
  precision: { activationBits: 5, weightBits: 4 },
};
const request = { ...setting, space, candidates: 2000, seed: 1, top: 3, limits: { areaMm2: 200 }, threads: 1 };
const { best, scored, overLimits } = await scoreCandidates(request, {});
console.log(`${scored} sampled, ${overLimits} larger than 200 mm²`);

for (const { genotype, edp } of best) {
  const graph = toGraph(space, decodeGenotype(space, genotype));
  const { layers, tiles } = costDocument({ graph, ...setting });
  console.log(`${genotype}  EDP ${edp.toFixed(5)} ms·mJ, ${layers.length} layers on ${tiles} tiles`);
}
