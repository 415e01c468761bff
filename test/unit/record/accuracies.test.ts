import { expect } from "chai";
import { fractionsOf } from "../../../src/record/accuracies.js";
import { sampleRunDocument } from "../../support/sample-run-document.js";

describe("fractionsOf", () => {
  it("gives the bare fractions, without a float where there is none", () => {
    const { accuracies, accuracy } = sampleRunDocument();
    expect(fractionsOf(accuracies)).deep.equal(accuracy);
    const { float: _float, ...rest } = accuracies;
    expect(fractionsOf(rest)).deep.equal({
      integer: accuracies.integer.correct / 10_000,
      reference: accuracies.reference.correct / 10_000,
      subject: accuracies.subject.correct / 10_000,
    });
  });
});
