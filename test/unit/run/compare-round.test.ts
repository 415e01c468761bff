import { expect } from "chai";
import type { ProgressEvent } from "../../../src/base/progress.js";
import { sharePool } from "../../../src/kernels/worker-pool.js";
import { placeNetwork } from "../../../src/mapping/place-network.js";
import { quantize } from "../../../src/network/quantize.js";
import { CodeTally } from "../../../src/run/code-tally.js";
import { compareRound } from "../../../src/run/compare-round.js";
import { ExactActivations } from "../../../src/run/exact-activations.js";
import { exactEngine } from "../../../src/run/exact-engine.js";
import { programRound } from "../../../src/run/program-round.js";
import { makeImages } from "../../support/labelled-images.js";
import { openSimulated } from "../../support/open-simulated.js";
import { smallNetwork } from "../../support/small-network.js";

const network = quantize(smallNetwork(6));
const images = makeImages(new Array<number>(7).fill(0), { height: 6, width: 7, channels: 1 });

/** Every round's tallies, over macros of so many arrays, with so many images at once. */
async function compare(arrays: number, batch: number, progress?: (event: ProgressEvent) => void) {
  await using lease = sharePool(1);
  const exact = await exactEngine(network, lease.pool);
  await using subject = openSimulated({ arrays, arrayRows: 20 }, { readNoiseSigmaLevels: 2 });
  await using reference = openSimulated({ arrays, arrayRows: 20 });
  const placement = placeNetwork(network, reference.spec);
  const compared = new ExactActivations(network, exact, images, images.count, batch);
  const rounds = [];
  for (let round = 0; round < placement.rounds; round++) {
    for (const macro of [subject, reference]) await programRound("macro", macro, network, placement, round, {});
    rounds.push(await compareRound({ network, placement, subject, reference, compared }, round, { progress }));
  }
  return { rounds, placement };
}

/** All rounds' tallies added up, by layer. */
function added(rounds: Awaited<ReturnType<typeof compare>>["rounds"]) {
  const sums = new Map<string, CodeTally>();
  for (const round of rounds)
    for (const [layer, tally] of Object.entries(round)) {
      const sum = sums.get(layer) ?? new CodeTally();
      sum.merge(tally);
      sums.set(layer, sum);
    }
  return Object.fromEntries([...sums].map(([layer, tally]) => [layer, tally.toJson()]));
}

describe("compareRound", () => {
  it("tells of the layers that the round holds, and of all of them in all rounds together", async () => {
    const { rounds, placement } = await compare(2, 3);
    expect(placement.rounds).to.be.greaterThan(2);
    rounds.forEach((round, index) => {
      const held = new Set(placement.tiles.filter((tile) => tile.round === index).map(({ layer }) => layer));
      expect(Object.keys(round)).to.have.members([...held]);
    });
    expect(Object.keys(added(rounds))).to.have.members(["first", "second", "classes"]);
  });

  it("counts the same pairs whatever number of images is taken at once", async () => {
    const [three, seven] = [await compare(2, 3), await compare(2, 7)];
    expect(three.rounds).to.deep.equal(seven.rounds);
  });

  it("tells how many images are compared", async () => {
    const told: number[] = [];
    await compare(16, 3, ({ label, done }) => label === "comparing codes" && told.push(done));
    expect(told).to.deep.equal([3, 6, 7]);
  });
});
