import { expect } from "chai";
import { firstNetworks } from "../../../../src/search/significance/assemble.js";
import { fuse } from "../../../../src/search/significance/fuse.js";
import { expectNasError } from "../../../support/expect-nas-error.js";

const task = [
  [0.2, 0.3, 0.5],
  [0.5, 0.3, 0.2],
];
const hardware = [
  [1, 0, 0],
  [0, 0, 1],
];
const chip = [
  [0, 1, 0],
  [0, 1, 0],
];

const best = (scores: number[][]) => firstNetworks(scores, 1, (choice) => choice.join("-"))[0].identity;

describe("fusion", () => {
  it("is the paper's where the chip weighs nothing, whether it was measured or not", () => {
    const weights = { task: 0.5, hardware: 0.5, chip: 0 };
    expect(fuse({ task, hardware, chip }, weights)).to.deep.equal(fuse({ task, hardware }, weights));
  });

  it("follows the one voice that counts", () => {
    const voices = { task, hardware, chip };
    expect(best(fuse(voices, { task: 1, hardware: 0, chip: 0 }))).to.equal("2-0");
    expect(best(fuse(voices, { task: 0, hardware: 3, chip: 0 }))).to.equal("0-2");
    expect(best(fuse(voices, { task: 0, hardware: 0, chip: 0.1 }))).to.equal("1-1");
  });

  it("weighs rows brought to 0 … 1, so that close shares are not drowned by frequencies", () => {
    const close = [[0.33, 0.335, 0.335 + 1e-9]];
    const fused = fuse({ task: close, hardware: [[1, 0, 0]] }, { task: 0.6, hardware: 0.4, chip: 0 });
    expect(best(fused)).to.equal("2");
    expect(fused[0][2]).to.be.closeTo(0.6, 1e-6);
    expect(fused[0][0]).to.be.closeTo(0.4, 1e-6);
  });

  it("lets a row without differences say nothing", () => {
    const equal = [[1 / 3, 1 / 3, 1 / 3]];
    expect(fuse({ task: equal, hardware: [[0, 1, 0]] }, { task: 9, hardware: 1, chip: 0 })).to.deep.equal([
      [0, 0.1, 0],
    ]);
  });

  it("depends on the ratio of the weights alone", () => {
    expect(fuse({ task, hardware }, { task: 2, hardware: 1, chip: 0 })).to.deep.equal(
      fuse({ task, hardware }, { task: 1, hardware: 0.5, chip: 0 }),
    );
  });

  it("refuses to weigh a voice that was not measured", () => {
    const error = expectNasError("NAS_SEARCH_OBJECTIVE", () =>
      fuse({ task, hardware }, { task: 1, hardware: 1, chip: 0.5 }),
    );
    expect(error.message).to.include("chip");
  });
});
