import { expect } from "chai";
import { trainingsTable, trainingSummary } from "../../../../src/cli/text/training-text.js";
import { sampleTrainingDocument } from "../../../support/sample-training.js";

describe("trainings for a terminal", () => {
  const document = sampleTrainingDocument();
  const stopped = structuredClone(document.training);
  delete stopped.result;
  Object.assign(stopped, {
    id: "stopped",
    status: "diverged",
    epochsDone: 3,
    failure: { message: "the loss \u001b[31m" },
  });

  it("stand one a line: how far, what came of it, or why it stopped", () => {
    const [head, done, diverged] = trainingsTable([document.training, stopped]).split("\n");
    expect(head).to.match(/^training +status +started +network/);
    expect(done).to.match(/ done .*17 of 17 +92\.20 % +92\.08 %$/);
    expect(diverged).to.match(/^stopped +diverged .*3 of 17 .*the loss /);
    expect(diverged).to.not.contain("\u001b");
    expect(trainingsTable([])).to.equal("no trainings yet");
  });

  it("are told whole, epoch by epoch", () => {
    const text = trainingSummary(document);
    expect(text).to.match(/^integer +92\.08 % \(9,208 of 10,000 test images\)$/m);
    expect(text.match(/^(teacher|float|quantized) \d/gm)).to.have.length(17);
    expect(text).to.match(/^teacher 1 +1\.600 +64\.00 % +67\.00 % +0\.100 +30\.0 s$/m);
  });

  it("say of one that stopped how far it came and why", () => {
    const text = trainingSummary({ ...document, training: stopped, epochs: [] });
    expect(text).to.contain("Diverged after 3 of 17 epochs").and.to.contain("the loss ");
    expect(text).to.not.match(/integer/);
  });
});
