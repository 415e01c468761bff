import { expect } from "chai";
import { figureUnits, figuresOf, timedSteps } from "../../../src/record/figures.js";
import { checkLimits } from "../../../src/record/limits.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { samplePopulation } from "../../support/sample-population.js";
import { sampleRunDocument } from "../../support/sample-run-document.js";

const layers = ["conv1", "fc"];

describe("checkLimits", () => {
  it("takes every figure that a run of these layers has, before it is made", () => {
    const document = sampleRunDocument({ images: 100 });
    document.population = samplePopulation(document);
    document.timing.steps = timedSteps.map((step) => ({ step, seconds: 1 }));
    const names = new Set(figureUnits(document.layers.map(({ id }) => id)).keys());
    expect(new Set(figuresOf(document).map(({ name }) => name))).to.deep.equal(names);
    checkLimits({ "accuracy.float": { min: 0.9 }, "layers.fc.codes.nmse": { max: 1 } }, layers);
  });

  it("refuses a limit that names no figure, with the nearest one", () => {
    const refusal = expectNasError("NAS_CONFIG_INVALID", () =>
      checkLimits({ "layers.conv1.codes.rmsLsb": { max: 1 } }, layers),
    );
    expect(refusal.message).to.contain("layers.conv1.codes.rmsLsb");
    expect(refusal.hint).to.contain('"layers.conv1.codes.rmseLsb"');
    for (const name of ["toString", "__proto__", "zzzzzzzzzzzz", "layers.conv9.codes.rmseLsb"]) {
      const limits = Object.fromEntries([[name, { max: 1 }]]);
      expectNasError("NAS_CONFIG_INVALID", () => checkLimits(limits, layers));
    }
  });

  it("refuses a limit without bounds, and bounds the wrong way round", () => {
    expectNasError("NAS_CONFIG_INVALID", () => checkLimits({ "agreement.share": {} }, layers));
    expectNasError("NAS_CONFIG_INVALID", () => checkLimits({ "agreement.share": { min: 0.9, max: 0.8 } }, layers));
  });

  it("knows percent by a fraction above 1, and says how it is written", () => {
    const percent = expectNasError("NAS_CONFIG_INVALID", () =>
      checkLimits({ "accuracy.subject": { min: 90 } }, layers),
    );
    expect(percent.message).to.contain('"accuracy.subject" has the limit 90, but it is a fraction of 1');
    expect(percent.hint).to.equal("for 90 % write 0.9");
    expect(percent.context.configKey).to.deep.equal(["limits", "accuracy.subject"]);
    checkLimits({ "difference.fraction": { min: -1 }, "layers.fc.codes.rmseLsb": { max: 90 } }, layers);
  });
});
