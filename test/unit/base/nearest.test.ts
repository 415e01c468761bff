import { expect } from "chai";
import { nearestName } from "../../../src/base/nearest.js";

describe("nearestName", () => {
  const names = ["subject", "reference", "network", "dataset", "images", "seed"];

  it("finds what a typing error meant", () => {
    const meant = { subjct: "subject", refrence: "reference", IMAGES: "images", datatset: "dataset", sed: "seed" };
    for (const [typed, name] of Object.entries(meant)) expect(nearestName(typed, names), typed).to.equal(name);
  });

  it("finds nothing where no name is near", () => {
    for (const typed of ["credentials", "x", "colour"]) expect(nearestName(typed, names), typed).to.equal(undefined);
    expect(nearestName("subject", [])).to.equal(undefined);
  });

  it("takes the nearest of several, and the first of equals", () => {
    expect(nearestName("conv3", ["conv11", "conv2", "conv1"])).to.equal("conv2");
    expect(nearestName("accuracy", ["accuracies", "accuracy"])).to.equal("accuracy");
  });

  it("counts a known distance: kitten and sitting are 3 apart (Wagner and Fischer 1974)", () => {
    // 3 changes are within a third of 7 letters and one more; 4 are not.
    expect(nearestName("kitten", ["sitting"])).to.equal("sitting");
    expect(nearestName("kitten", ["sittings!!"])).to.equal(undefined);
  });
});
