import { expect } from "chai";
import { nextStep } from "../../../../src/cli/text/next-step.js";

describe("nextStep", () => {
  it("is a command that a shell takes as it stands", () => {
    expect(nextStep("why", "run", "--network", "my networks/it's")).to.equal(
      "next: nas4cim run --network 'my networks/it'\\''s'   (why)",
    );
  });
});
