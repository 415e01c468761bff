import { expect } from "chai";
import { placeOfLargest, softmax, toShares } from "../../../../src/search/significance/significance.js";

describe("rows of a significance", () => {
  it("are a softmax of coefficients, at any size of them", () => {
    expect(softmax([0, 0, 0, 0])).to.deep.equal([0.25, 0.25, 0.25, 0.25]);
    expect(softmax([2, 1])[0] / softmax([2, 1])[1]).to.be.closeTo(Math.E, 1e-12);
    expect(softmax([1000, 1000])).to.deep.equal([0.5, 0.5]);
    expect(softmax([-1000, 0])).to.deep.equal([0, 1]);
  });

  it("are shares of a sum, equal ones of nothing", () => {
    expect(toShares([1, 3])).to.deep.equal([0.25, 0.75]);
    expect(toShares([0, 0])).to.deep.equal([0.5, 0.5]);
  });

  it("are led by the first of the largest", () => {
    expect(placeOfLargest([1, 3, 3])).to.equal(1);
  });
});
