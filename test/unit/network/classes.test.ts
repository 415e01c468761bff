import { expect } from "chai";
import { assertTellsApart } from "../../../src/network/classes.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { smallDescription } from "../../support/small-network.js";

describe("assertTellsApart", () => {
  it("takes a network with the data set's number of classes and refuses any other, naming both", () => {
    const description = smallDescription();
    const last = description.nodes[description.nodes.length - 1];
    if (last.op !== "fc") expect.fail("no classifier");
    assertTellsApart(description, last.outFeatures, "fashion-mnist");
    const error = expectNasError("NAS_NETWORK_MISMATCH", () =>
      assertTellsApart(description, last.outFeatures + 1, "fashion-mnist"),
    );
    expect(error.message)
      .to.contain(String(last.outFeatures))
      .and.to.contain(`fashion-mnist has ${last.outFeatures + 1}`);
  });
});
