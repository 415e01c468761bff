import { sampleTrainingDocument } from "../../support/sample-training.js";
import { expectNamesFields } from "../../support/document-page.js";

describe("docs/training-record.md", () => {
  it("names every field of a training and of its epochs", () => {
    const document = sampleTrainingDocument();
    document.training.failure = { code: "NAS_TRAIN_DIVERGED", message: "the loss became NaN" };
    expectNamesFields("training-record.md", document, ["recipe", "versions"]);
  });
});
