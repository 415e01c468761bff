import { expect } from "chai";
import { plainViews } from "../../../src/model/image-views.js";
import { epochOrder, type Flip } from "../../../src/train/epoch-order.js";

describe("epochOrder", () => {
  it("depends on the seed and the epoch alone", () => {
    const order = (seed: number, epoch: number) => epochOrder(50, seed, epoch, { flip: "random", translate: 2 });
    expect(order(1, 3)).to.deep.equal(order(1, 3));
    for (const other of [order(1, 4), order(2, 3)]) {
      expect(order(1, 3).order).to.not.deep.equal(other.order);
      expect(order(1, 3).views.mirrored).to.not.deep.equal(other.views.mirrored);
      expect(order(1, 3).views.shiftRight).to.not.deep.equal(other.views.shiftRight);
    }
  });

  it("turns every image over from one epoch to the next with alternating flips", () => {
    const mirrored = (epoch: number, flip: Flip) => [
      ...epochOrder(200, 9, epoch, { flip, translate: 0 }).views.mirrored,
    ];
    expect(mirrored(1, "alternating")).to.deep.equal(mirrored(0, "alternating").map((flag) => 1 - flag));
    expect(mirrored(2, "alternating")).to.deep.equal(mirrored(0, "alternating"));
    expect(mirrored(0, "none")).to.not.include(1);
    const shareOfFlips = mirrored(0, "random").reduce((sum, flag) => sum + flag, 0) / 200;
    // Five standard errors of a fair coin.
    expect(Math.abs(shareOfFlips - 0.5)).to.be.lessThan(0.177);
  });

  it("shifts images by every distance up to the limit about equally often, in both directions", () => {
    const { views } = epochOrder(5000, 4, 0, { flip: "none", translate: 2 });
    for (const shifts of [views.shiftRight, views.shiftDown]) {
      for (let distance = -2; distance <= 2; distance++) {
        // Five standard errors of 5,000 draws with a chance of one in five.
        expect(shifts.filter((shift) => shift === distance).length).to.be.within(1000 - 142, 1000 + 142);
      }
    }
    expect(views.shiftRight).to.not.deep.equal(views.shiftDown);
    expect(epochOrder(50, 4, 0, { flip: "none", translate: 0 }).views).to.deep.equal(plainViews(50));
  });
});
