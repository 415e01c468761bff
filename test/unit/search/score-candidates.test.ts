import { expect } from "chai";
import { toCostLayers } from "../../../src/cost/cost-layer.js";
import { networkTotals, prepareCostModel } from "../../../src/cost/evaluate.js";
import { isaacUnit } from "../../../src/cost/hardware.js";
import { profiles } from "../../../src/cost/profile.js";
import { scoreCandidates, type ScoreRequest } from "../../../src/search/score-candidates.js";
import { sampleGenotype } from "../../../src/search/space/explore.js";
import { decodeGenotype } from "../../../src/search/space/genotype-text.js";
import { searchSpace } from "../../../src/search/space/presets.js";
import { toGraph } from "../../../src/search/space/to-graph.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";

const request: ScoreRequest = {
  space: searchSpace("fashion-mnist"),
  seed: 1,
  precision: { activationBits: 9, weightBits: 9 },
  limits: {},
  top: 10,
  hardware: isaacUnit,
  profile: "mnsim-2.0",
  schedule: "pipelined",
  candidates: 4100,
  threads: 1,
};

describe("scoring candidates", function () {
  this.timeout(60_000);

  it("ranks them as evaluating each in turn does", async () => {
    const { best, scored } = await scoreCandidates({ ...request, candidates: 300 }, {});
    expect(scored).to.equal(300);
    const model = prepareCostModel(isaacUnit, profiles["mnsim-2.0"], "pipelined");
    const edpOf = (index: number) => {
      const graph = toGraph(request.space, sampleGenotype(request.space, request.seed, index));
      return networkTotals(toCostLayers(graph, request.precision), model).edp;
    };
    const edps = Array.from({ length: 300 }, (_, index) => edpOf(index));
    const distinct = [...new Set(edps)].sort((a, b) => a - b);
    expect(best[0].edp).to.equal(distinct[0]);
    for (const { index, edp, genotype } of best) {
      expect(edp).to.equal(edps[index]);
      expect(() => decodeGenotype(request.space, genotype)).to.not.throw();
    }
    expect(best.map(({ edp }) => edp)).to.deep.equal(best.map(({ edp }) => edp).sort((a, b) => a - b));
    expect(new Set(best.map(({ genotype }) => genotype)).size).to.equal(10);
  });

  it("gives the same on any number of threads, with progress to the end", async () => {
    let last = { done: 0, total: 0 };
    const one = await scoreCandidates(request, { progress: (event) => (last = event) });
    expect(last).to.include({ done: 4100, total: 4100 });
    expect(await scoreCandidates({ ...request, threads: 3 }, {})).to.deep.equal(one);
  });

  it("counts what is over the limits or does not fit", async () => {
    const limited = await scoreCandidates({ ...request, candidates: 200, limits: { latencyMs: 1 } }, {});
    expect(limited.best.every(({ latencyMs }) => latencyMs <= 1)).to.equal(true);
    expect(limited.overLimits).to.be.greaterThan(0).and.to.be.lessThan(200);
    const tiny = { ...isaacUnit, arrayRows: 12, dacsPerArray: 12 };
    const refused = await scoreCandidates({ ...request, candidates: 200, hardware: tiny }, {});
    expect(refused.unmappable).to.be.greaterThan(0);
    expect(refused.scored + refused.unmappable).to.equal(200);
  });

  it("stops where it is asked to, and refuses hardware before a thread starts", async () => {
    await expectNasRejection("NAS_INTERRUPTED", scoreCandidates(request, { signal: AbortSignal.abort() }));
    const wrong = { ...isaacUnit, adc: "12" };
    await expectNasRejection("NAS_COST_HARDWARE", scoreCandidates({ ...request, hardware: wrong }, {}));
  });
});
