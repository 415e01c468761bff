import { expect } from "chai";
import { toCostLayers } from "../../../../src/cost/cost-layer.js";
import { networkTotals, prepareCostModel } from "../../../../src/cost/evaluate.js";
import { isaacUnit } from "../../../../src/cost/hardware.js";
import { profiles } from "../../../../src/cost/profile.js";
import { rankCandidates } from "../../../../src/search/rank/rank-candidates.js";
import type { RankRequest } from "../../../../src/search/rank/rank-request.js";
import { BestCandidates } from "../../../../src/search/rank/score-range.js";
import { sampleGenotype } from "../../../../src/search/space/explore.js";
import { decodeGenotype, encodeGenotype } from "../../../../src/search/space/genotype-text.js";
import { withoutNone } from "../../../../src/search/space/genotype.js";
import { searchSpace } from "../../../../src/search/space/presets.js";
import { toGraph } from "../../../../src/search/space/to-graph.js";
import { expectNasRejection } from "../../../support/expect-nas-error.js";

const request: RankRequest = {
  space: "cifar-10-a",
  seed: 7,
  count: 2500,
  hardware: { ...isaacUnit },
  profile: "mnsim-2.0",
  schedule: "pipelined",
  activationBits: 9,
  weightBits: 9,
  objective: "edp",
  limits: {},
  top: 15,
};

describe("rankCandidates", function () {
  this.timeout(30_000);

  it("gives the best distinct networks of all samples, as a plain loop finds them", async () => {
    const space = searchSpace(request.space);
    const model = prepareCostModel(isaacUnit, profiles["mnsim-2.0"], "pipelined");
    const edps = new Map<string, number>();
    for (let sample = 0; sample < request.count; sample++) {
      const genotype = sampleGenotype(space, request.seed, sample);
      const layers = toCostLayers(toGraph(space, genotype), { activationBits: 9, weightBits: 9 });
      edps.set(encodeGenotype(space, withoutNone(genotype)), networkTotals(layers, model).edp);
    }
    const expected = [...edps].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)).slice(0, request.top);
    const { best, scored, aboveLimits, unmappable } = await rankCandidates(request, 2, {});
    expect(best.map(({ genotype, edp }) => [genotype, edp])).to.deep.equal(expected);
    expect({ scored, aboveLimits, unmappable }).to.deep.equal({ scored: 2500, aboveLimits: 0, unmappable: 0 });
    for (const { genotype, latencyMs, energyMillijoule, edp } of best) {
      expect(encodeGenotype(space, decodeGenotype(space, genotype))).to.equal(genotype);
      expect(edp).to.be.closeTo(latencyMs * energyMillijoule, 1e-12);
    }
  });

  it("does not depend on the threads, and tells how far it is", async () => {
    const seen: number[] = [];
    const one = await rankCandidates(request, 1, { progress: ({ done }) => seen.push(done) });
    expect(await rankCandidates(request, 3, {})).to.deep.equal(one);
    expect(seen).to.deep.equal([2000, 2500]);
    expect((await rankCandidates({ ...request, seed: 8 }, 1, {})).best).to.not.deep.equal(one.best);
  });

  it("leaves out what is above a limit", async () => {
    const limits = { areaMm2: 60, parameters: 60_000 };
    const { best, aboveLimits } = await rankCandidates({ ...request, limits, objective: "latencyMs" }, 2, {});
    expect(aboveLimits).to.be.within(1, request.count);
    for (const { areaMm2, parameters } of best) {
      expect(areaMm2).to.be.at.most(60);
      expect(parameters).to.be.at.most(60_000);
    }
  });

  it("refuses an unknown space at once, and stops when asked to", async () => {
    await expectNasRejection("NAS_SEARCH_SPACE", rankCandidates({ ...request, space: "cifar-10" }, 1, {}));
    await expectNasRejection("NAS_INTERRUPTED", rankCandidates(request, 1, { signal: AbortSignal.abort() }));
  });
});

describe("BestCandidates", () => {
  it("keeps the best whatever the order in which they come", () => {
    const all = Array.from({ length: 300 }, (_, index) => {
      const edp = Math.floor(((index * 7919) % 300) / 3);
      const genotype = `[b${index}]`;
      return { genotype, parameters: 0, macs: 0, latencyMs: 0, energyMillijoule: 0, areaMm2: 0, edp };
    });
    const ranked = (candidates: typeof all) => {
      const best = new BestCandidates("edp", 10);
      candidates.forEach((candidate) => best.add(candidate));
      return best.ranked().map(({ genotype }) => genotype);
    };
    const expected = [...all].sort((a, b) => a.edp - b.edp || (a.genotype < b.genotype ? -1 : 1)).slice(0, 10);
    expect(ranked(all)).to.deep.equal(expected.map(({ genotype }) => genotype));
    expect(ranked([...all].reverse())).to.deep.equal(ranked(all));
  });
});
