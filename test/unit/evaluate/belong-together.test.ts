import { expect } from "chai";
import { assertBelongTogether } from "../../../src/evaluate/belong-together.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { smallDescription } from "../../support/small-network.js";

const ofSide = (side: number) => ({
  ...smallDescription(),
  input: { ...smallDescription().input, height: side, width: side },
});

describe("assertBelongTogether", () => {
  it("takes a network whose input has room for the images, of one channel or its own", () => {
    assertBelongTogether(ofSide(28), "fashion-mnist");
    assertBelongTogether(ofSide(40), "fashion-mnist");
  });

  it("refuses images that are larger or of other channels, and another number of classes", () => {
    const refused = (side: number, dataset: string) =>
      expectNasError("NAS_NETWORK_MISMATCH", () => assertBelongTogether(ofSide(side), dataset)).message;
    expect(refused(8, "fashion-mnist")).to.include("28 × 28 × 1");
    expect(refused(40, "cifar-10")).to.include("32 × 32 × 3");
    const nodes = smallDescription().nodes.map((node) => (node.op === "fc" ? { ...node, outFeatures: 3 } : node));
    expectNasError("NAS_NETWORK_MISMATCH", () => assertBelongTogether({ ...ofSide(28), nodes }, "fashion-mnist"));
  });
});
