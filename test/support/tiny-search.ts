import { parseSpace } from "../../src/search/space/load-space.js";
import { decodeGenotype } from "../../src/search/space/genotype-text.js";
import type { SearchSpace } from "../../src/search/space/space.js";
import { toGraph } from "../../src/search/space/to-graph.js";
import { initialWeights } from "../../src/model/initial-weights.js";
import { networkFromGraph } from "../../src/network/from-graph.js";
import type { StoredNetwork } from "../../src/network/read-network.js";
import type { Tensor } from "../../src/network/safetensors.js";
import { networkTensors } from "../../src/network/tensors.js";

/** Two stages of two layers on 8 × 8 images of 3 classes: all that a search meets, small enough for seconds. */
export const tinySpace: SearchSpace = parseSpace(
  JSON.stringify({
    format: "nas4cim-search-space",
    version: 1,
    name: "tiny",
    title: "A space for tests",
    input: { height: 8, width: 8, channels: 1 },
    classes: 3,
    stem: { channels: 4, kernel: 3, stride: 1 },
    stages: [
      { channels: 4, stride: 1 },
      { channels: 8, stride: 2 },
    ],
    layersPerStage: 2,
    operations: { c: "standard-conv", b: "residual-block" },
    kernels: [1, 3],
    shortcut: "parameter-free",
  }),
  "tiny.json",
);

/** A network of a space with weights from a seed, untrained. */
export function untrained(space: SearchSpace, genotype: string, seed = 1): StoredNetwork {
  const graph = toGraph(space, decodeGenotype(space, genotype));
  const { nodes, input, name } = networkFromGraph(graph, { weights: 4, activations: 4, image: 8 });
  const values = initialWeights(nodes, seed);
  const tensors = networkTensors(nodes).map(({ name: tensor, shape, size }): [string, Tensor] => [
    tensor,
    { dtype: "F32", shape, data: values.get(tensor) ?? new Float32Array(size).fill(0.1) },
  ]);
  const provenance = {
    summary: "untrained",
    command: "none",
    recipeHash: "",
    seed,
    dataSha256: "",
    versions: {},
    trainedOn: "2026-01-01",
  };
  return {
    description: { format: "nas4cim-network", version: 1, name, input, nodes, provenance },
    tensors: new Map(tensors),
    hash: `${genotype} ${seed}`,
  };
}
