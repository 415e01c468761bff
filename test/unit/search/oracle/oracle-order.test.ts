import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../../src/base/paths.js";
import { toCostLayers } from "../../../../src/cost/cost-layer.js";
import { networkTotals, prepareCostModel } from "../../../../src/cost/evaluate.js";
import { isaacUnit } from "../../../../src/cost/hardware.js";
import { profiles } from "../../../../src/cost/profile.js";
import { countMacs, countParameters } from "../../../../src/network/matrices.js";
import { oracleOrder } from "../../../../src/search/oracle/oracle-order.js";
import { oracleRecipe } from "../../../../src/search/oracle/oracle-recipe.js";
import { readRows } from "../../../../src/search/oracle/oracle-table.js";
import { decodeGenotype } from "../../../../src/search/space/genotype-text.js";
import { searchSpaces } from "../../../../src/search/space/presets.js";
import { toGraph } from "../../../../src/search/space/to-graph.js";
import { recipeHash } from "../../../../src/train/recipe/recipe.js";

describe("oracleOrder", () => {
  const space = searchSpaces["fashion-mnist"];
  const order = oracleOrder(space);

  it("has every network once with the first seed, and forty of them with a second", () => {
    const first = order.filter(({ seed }) => seed === 1).map(({ genotype }) => genotype);
    const second = order.filter(({ seed }) => seed === 2).map(({ genotype }) => genotype);
    expect(new Set(first).size).to.equal(729);
    expect(first).to.have.length(729);
    expect(new Set(second).size).to.equal(40);
    expect(second).to.have.length(40);
  });

  it("has 150 networks and the forty second seeds at its beginning, half of the networks with an empty layer", () => {
    const beginning = order.slice(0, 190);
    const first = beginning.filter(({ seed }) => seed === 1).map(({ genotype }) => genotype);
    expect(first).to.have.length(150);
    expect(first.filter((genotype) => genotype.includes("-"))).to.have.length(75);
    const again = beginning.filter(({ seed }) => seed === 2).map(({ genotype }) => genotype);
    expect(again).to.deep.equal(first.slice(0, 40));
  });

  it("takes from each round one network of each fifth by MACs, with and without empty layers", () => {
    const macs = ({ genotype }: { genotype: string }) => countMacs(toGraph(space, decodeGenotype(space, genotype)));
    for (let round = 0; round < 5; round++) {
      for (const half of [0, 5]) {
        const entries = order.slice(10 * round + half, 10 * round + half + 5);
        for (const { genotype } of entries) expect(genotype.includes("-")).to.equal(half === 0);
        const counts = entries.map(macs);
        expect(counts).to.deep.equal([...counts].sort((a, b) => a - b));
      }
    }
  });
});

describe("the shipped table", () => {
  const shipped = join(packageRoot(), "fixtures", "oracles", "fashion-mnist");
  const space = searchSpaces["fashion-mnist"];
  const order = oracleOrder(space);

  it("is a beginning of the order, trained by today's recipe, with today's counts and costs", () => {
    const rows = readRows(join(shipped, "oracle.csv"));
    expect(rows.map(({ genotype, seed }) => ({ genotype, seed }))).to.deep.equal(order.slice(0, rows.length));
    const origin = JSON.parse(readFileSync(join(shipped, "origin.json"), "utf8")) as { recipeHash: string };
    expect(origin.recipeHash).to.equal(recipeHash(oracleRecipe(space, order[0])));
    const model = prepareCostModel(isaacUnit, profiles["mnsim-2.0"], "pipelined");
    for (const row of rows) {
      const graph = toGraph(space, decodeGenotype(space, row.genotype));
      const { edp } = networkTotals(toCostLayers(graph, { activationBits: 4, weightBits: 4 }), model);
      expect(row).to.include({ macs: countMacs(graph), parameters: countParameters(graph), edp });
    }
  });
});
