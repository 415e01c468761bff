import { expect } from "chai";
import { openStore } from "../../../src/store/store.js";
import { StepStore } from "../../../src/run/step-store.js";
import { freshSteps } from "../../support/step-store.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("StepStore", () => {
  const folder = temporaryFolder();

  it("knows what is saved, by step and key", () => {
    using run = freshSteps(folder());
    const { steps } = run;
    expect(steps.has("infer", "a")).to.equal(false);
    expect(steps.load("infer", "a")).to.equal(undefined);
    steps.save("infer", "a", { json: { n: 1 }, blobs: { codes: Uint8Array.of(1, 2) } }, 0.5);
    expect(steps.has("infer", "a")).to.equal(true);
    expect([steps.has("infer", "b"), steps.has("program", "a")]).to.deep.equal([false, false]);
    expect(steps.load("infer", "a")).to.deep.equal({
      key: "a",
      json: { n: 1 },
      blobs: { codes: Uint8Array.of(1, 2) },
      seconds: 0.5,
    });
  });

  it("computes a step once in the life of a run, whatever process asks", async () => {
    let computed = 0;
    const compute = async () => ({ steps: [1, 2, 4], number: ++computed });
    let runId: string;
    {
      using run = freshSteps(folder());
      ({ runId } = run.steps);
      const first = await run.steps.once("adc steps", "round 0", compute);
      expect(first.value).to.deep.equal({ steps: [1, 2, 4], number: 1 });
      expect(first.seconds).to.be.within(0, 5);
      expect(await run.steps.once("adc steps", "round 0", compute)).to.deep.equal(first);
      await run.steps.once("adc steps", "round 1", compute);
    }
    // As after a kill: another store, which finds the record of the first.
    using store = openStore(folder());
    store.claimRun(runId);
    const steps = new StepStore(store, runId);
    expect(steps.has("adc steps", "round 1")).to.equal(true);
    expect((await steps.once("adc steps", "round 0", compute)).value.number).to.equal(1);
    expect(computed).to.equal(2);
  });

  it("saves nothing of a computation that fails", async () => {
    using run = freshSteps(folder());
    let message = "";
    const fail = () => Promise.reject(new Error("broken"));
    await run.steps.once("compare codes", "round 0", fail).catch((error: Error) => ({ message } = error));
    expect(message).to.equal("broken");
    expect(run.steps.has("compare codes", "round 0")).to.equal(false);
  });
});
