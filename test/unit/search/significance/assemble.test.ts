import { expect } from "chai";
import fc from "fast-check";
import { assembleCandidates, firstNetworks } from "../../../../src/search/significance/assemble.js";
import { softmax } from "../../../../src/search/significance/significance.js";

const task = [
  [0.5, 0.3, 0.2],
  [0.1, 0.6, 0.3],
];

describe("assembling candidates", () => {
  it("takes networks in the order of their probability", () => {
    const found = assembleCandidates(task, 3, (choice) => choice.join("-"));
    expect(found.map(({ identity }) => identity)).to.deep.equal(["0-1", "1-1", "0-2"]);
    expect(found[1].score).to.be.closeTo(Math.log(0.3 * 0.6), 1e-12);
  });

  it("counts choices that are the same network once, with the best of their scores", () => {
    // Two layers that may change places: their operators sorted are the network.
    const found = assembleCandidates(task, 100, (choice) => [...choice].sort().join("-"));
    expect(found.map(({ identity }) => identity)).to.deep.equal(["0-1", "1-1", "0-2", "1-2", "2-2", "0-0"]);
    expect(found[0].choice).to.deep.equal([0, 1]);
  });

  it("leaves out choices that stand for no network", () => {
    const found = assembleCandidates(task, 100, ([first, second]) => (first === 0 ? undefined : `${first}-${second}`));
    expect(found).to.have.length(6);
    expect(found.every(({ choice }) => choice[0] !== 0)).to.equal(true);
  });

  it("gives what sorting all networks gives", () => {
    const rows = fc.array(fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 2, maxLength: 3 }), {
      minLength: 3,
      maxLength: 3,
    });
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 30 }), (scores, count) => {
        const identityOf = (choice: readonly number[]) => [...choice].sort().join("-");
        const best = new Map<string, number>();
        for (const { choice, score } of firstNetworks(scores, Infinity, (choice) => choice.join("-"))) {
          const identity = identityOf(choice);
          best.set(identity, Math.max(best.get(identity) ?? -Infinity, score));
        }
        const wanted = [...best.values()].sort((a, b) => b - a).slice(0, count);
        const found = firstNetworks(scores, count, identityOf);
        expect(found.map(({ score }) => score)).to.deep.equal(wanted);
        expect(new Set(found.map(({ identity }) => identity)).size).to.equal(found.length);
      }),
    );
  });

  it("puts an operator without any significance last", () => {
    const found = assembleCandidates([[0, 1], softmax([0, 0])], 4, (choice) => choice.join("-"));
    expect(found.map(({ identity }) => identity)).to.deep.equal(["1-0", "1-1", "0-0", "0-1"]);
  });
});
