import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkNetwork } from "../../../../src/network/check-network.js";
import { fillOracle } from "../../../../src/search/oracle/fill-oracle.js";
import { type OracleEntry, oracleOrder } from "../../../../src/search/oracle/oracle-order.js";
import { oracleRecipe } from "../../../../src/search/oracle/oracle-recipe.js";
import { searchSpaces } from "../../../../src/search/space/presets.js";
import { publishedGraph } from "../../../../src/search/space/published.js";
import type { SearchSpace } from "../../../../src/search/space/space.js";
import { parseRecipe } from "../../../../src/train/recipe/read-recipe.js";
import { countMacs } from "../../../../src/network/matrices.js";
import { expectNasRejection } from "../../../support/expect-nas-error.js";
import { itWithTensorflow } from "../../../support/it-with-tensorflow.js";
import { makeImages } from "../../../support/labelled-images.js";
import { temporaryFolder } from "../../../support/temporary-folder.js";

const space = searchSpaces["fashion-mnist"];

describe("oracleRecipe", () => {
  it("makes of every network of the space one to train", () => {
    for (const entry of oracleOrder(space)) checkNetwork(oracleRecipe(space, entry).network);
  });

  it("is a recipe as from a file", () => {
    const recipe = oracleRecipe(space, { genotype: "[c5][c5][c5]", seed: 2 });
    expect(parseRecipe(JSON.parse(JSON.stringify(recipe)), "oracle")).to.deep.equal(recipe);
    expect(recipe.seed).to.equal(2);
    expect(countMacs(recipe.network)).to.equal(countMacs(publishedGraph("fashion-mnist-accuracy-first")));
  });
});

describe("fillOracle", () => {
  const folder = temporaryFolder();
  const labels = Array.from({ length: 60 }, (_, index) => index % 10);
  const training = { ...makeImages(labels), split: "train" as const };
  const test = makeImages(labels.slice(0, 20));

  /** One epoch of five steps each. */
  const short = (of: SearchSpace, entry: OracleEntry) => {
    const recipe = oracleRecipe(of, entry);
    const phase = { ...recipe.quantized, epochs: 1 };
    return { ...recipe, batchSize: 8, heldOut: 20, float: phase, quantized: phase };
  };

  itWithTensorflow(
    "trains what is missing, skips what is there, and goes on after an interruption",
    async (engine) => {
      const request = { engine, space, training, test, folder: folder(), recipeOf: short };
      const said: string[] = [];
      const stop = new AbortController();
      const abortInSecond = (line: string) => {
        said.push(line);
        if (line.startsWith("2 of 2")) stop.abort();
      };
      const interrupted = fillOracle({ ...request, rows: 2 }, { log: abortInSecond, signal: stop.signal });
      await expectNasRejection("NAS_INTERRUPTED", interrupted);
      const [first] = oracleOrder(space);
      const csv = join(folder(), "oracle.csv");
      const before = readFileSync(csv, "utf8");
      expect(before.trimEnd().split("\n")).to.have.length(2);

      const rows = await fillOracle({ ...request, rows: 1 }, { log: (line) => said.push(line) });
      expect(said.filter((line) => line.startsWith("1 of"))).to.have.length(1);
      expect(readFileSync(csv, "utf8")).to.equal(before);
      expect(rows).to.have.length(1);
      expect(rows[0]).to.include({ ...first, macs: 640, parameters: 650 });
      for (const share of ["heldOutFloat", "heldOutW4A4", "testW4A4"] as const)
        expect((rows[0][share] * 20) % 1, share).to.be.closeTo(0, 1e-9);
      expect(rows[0].edp).to.be.within(1e-7, 1e-5);

      expect(existsSync(join(folder(), "under-way"))).to.equal(true);
      const both = await fillOracle({ ...request, rows: 2 }, {});
      expect(both.map(({ genotype }) => genotype)).to.deep.equal([first.genotype, oracleOrder(space)[1].genotype]);
      expect(existsSync(join(folder(), "under-way"))).to.equal(false);
    },
    ["tfjs-node"],
  ).timeout(60_000);
});
