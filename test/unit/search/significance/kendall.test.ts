import { expect } from "chai";
import { kendallTau, meanTau } from "../../../../src/search/significance/kendall.js";

describe("Kendall's τ", () => {
  it("is 1, −1 and 0 where it should be", () => {
    expect(kendallTau([1, 2, 3, 4], [10, 20, 30, 40])).to.equal(1);
    expect(kendallTau([1, 2, 3, 4], [4, 3, 2, 1])).to.equal(-1);
    expect(kendallTau([1, 2, 3, 4], [2, 4, 1, 3])).to.equal(0);
  });

  it("corrects for ties: as scipy.stats.kendalltau does", () => {
    expect(kendallTau([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])).to.be.closeTo(-0.4714045207910316, 1e-12);
    expect(kendallTau([1, 1, 1], [1, 2, 3])).to.be.NaN;
  });

  it("is averaged over the layers that have an order", () => {
    const [a, b] = [
      [
        [0.1, 0.2, 0.7],
        [1 / 3, 1 / 3, 1 / 3],
        [0.7, 0.2, 0.1],
      ],
      [
        [0.2, 0.3, 0.5],
        [0.1, 0.2, 0.7],
        [0.1, 0.2, 0.7],
      ],
    ];
    expect(meanTau(a, b)).to.equal(0);
    expect(meanTau(a.slice(0, 2), b.slice(0, 2))).to.equal(1);
  });
});
