import { expect } from "chai";
import { prepareCostModel } from "../../../src/cost/evaluate.js";
import { isaacUnit } from "../../../src/cost/hardware.js";
import { profiles } from "../../../src/cost/profile.js";
import { costCandidate } from "../../../src/search/cost-candidates.js";
import { hardwareSignificance, selectNetwork, taskSignificance } from "../../../src/search/select.js";
import type { SearchSettings } from "../../../src/search/search-settings.js";
import { assembleCandidates, firstNetworks } from "../../../src/search/significance/assemble.js";
import { objectives } from "../../../src/search/significance/objective.js";
import { softmax } from "../../../src/search/significance/significance.js";
import { networkOfChoice, operatorWords } from "../../../src/search/space/choices.js";
import { searchSpace } from "../../../src/search/space/presets.js";
import { defaultSupernet } from "../../../src/search/supernet/supernet-settings.js";

const space = searchSpace("fashion-mnist");
const words = operatorWords(space);
const settings: SearchSettings = {
  space,
  dataset: "fashion-mnist",
  supernet: defaultSupernet,
  candidates: 200,
  top: 20,
  metric: "edp",
  hardware: isaacUnit,
  profile: "mnsim-2.0",
  schedule: "pipelined",
  precision: { activationBits: 4, weightBits: 4 },
};

/** Larger operators count more: what an unwary search finds. */
const task = taskSignificance([0, 1, 2].map(() => ({ shares: [softmax(words.map((_, place) => place / 2))] })));
const model = prepareCostModel(settings.hardware, profiles[settings.profile], settings.schedule);
const ledger = assembleCandidates(task, settings.candidates, (choice) => networkOfChoice(space, choice)).map(
  (candidate, place) => costCandidate(space, candidate, place, model, settings.precision),
);
const hardware = hardwareSignificance(settings, ledger);
const select = (
  weights: (typeof objectives)[keyof typeof objectives] | { task: number; hardware: number; chip: number },
) => selectNetwork(settings, { task, hardware }, { objective: "test", weights });

describe("selecting from a search", () => {
  it("takes the best operator of each layer", () => {
    const { chosen, fused } = select({ task: 1, hardware: 0, chip: 0 });
    expect(chosen.network).to.equal("[r5m64][r5m64][r5m64]");
    chosen.choice.forEach((operator, layer) => expect(fused[layer][operator]).to.equal(Math.max(...fused[layer])));
  });

  it("never costs more the more the hardware counts", () => {
    const edps = [0, 0.2, 0.5, 0.8, 1].map(
      (weight) => select({ task: 1 - weight, hardware: weight, chip: 0 }).chosen.edp!,
    );
    expect(edps).to.deep.equal([...edps].sort((a, b) => b - a));
    expect(edps.at(-1)).to.be.lessThan(edps[0] / 2);
  });

  it("takes the best within limits, and says where there is none", () => {
    const weights = { task: 1, hardware: 0, chip: 0 };
    const within = (edp: number) =>
      selectNetwork(settings, { task, hardware }, { objective: "test", weights, limits: { edp } }).chosen;
    const free = select(weights).chosen.edp!;
    expect(within(free).edp).to.equal(free);
    const half = within(free / 2);
    expect(half.edp).to.be.at.most(free / 2);
    // Whatever has a higher score costs more than the limit.
    const better = firstNetworks(select(weights).fused, 729, (choice) => networkOfChoice(space, choice)).filter(
      ({ score }) => score > half.score + 1e-12,
    );
    for (const [place, candidate] of better.entries()) {
      expect(costCandidate(space, candidate, place, model, settings.precision).edp).to.be.greaterThan(free / 2);
    }
    expect(() => within(1e-12)).to.throw(/none of the 729 best networks/);
  });

  it("counts candidates without a cost in no Top-K", () => {
    const failed = ledger.map((candidate, place) =>
      place % 2 === 0
        ? candidate
        : { ...candidate, edp: undefined, failure: { code: "NAS_COST_UNMAPPABLE", message: "" } },
    );
    const half = hardwareSignificance(settings, failed, 100);
    expect(half[0].reduce((sum, share) => sum + share, 0)).to.be.closeTo(1, 1e-9);
    expect(() => hardwareSignificance(settings, failed, 101)).to.throw(/there are 100 candidates/);
  });

  it("lets the chip outvote both where its weight says so", () => {
    const chip = [0, 1, 2].map(() => words.map((word) => (word === "c3" ? 1 : 0)));
    const weights = { task: 0.1, hardware: 0.1, chip: 0.8 };
    const { chosen } = selectNetwork(settings, { task, hardware, chip }, { objective: "w", weights });
    expect(chosen.network).to.equal("[c3][c3][c3]");
  });

  it("keeps search and final network the same: every candidate is a network of the space by its own text", () => {
    const identities = new Set(ledger.map(({ network }) => network));
    expect(identities.size).to.equal(ledger.length);
    for (const { network, choice } of ledger) expect(networkOfChoice(space, choice)).to.equal(network);
  });
});
