import { expect } from "chai";
import fc from "fast-check";
import { judgeRun } from "../../../src/record/judge-run.js";
import { judge } from "../../../src/record/measurement.js";
import { sampleRunDocument } from "../../support/sample-run-document.js";

describe("judgeRun", () => {
  const document = sampleRunDocument({ images: 1000 });

  /** The value at a measurement's name read as a path: layers and steps by their id, all else by key. */
  function valueAt(name: string): unknown {
    let value: unknown = document;
    for (const part of name.split(".")) {
      value = Array.isArray(value)
        ? (value as { id?: string; step?: string }[]).find((each) => (each.id ?? each.step) === part)
        : (value as Record<string, unknown>)[part];
    }
    return value;
  }

  it("names every measurement by its path in the document", () => {
    const measurements = judgeRun(document);
    expect(measurements.length).above(40);
    for (const { name, value, verdict } of measurements) {
      expect(valueAt(name), name).equal(value);
      expect(verdict).equal("none");
    }
    const names = measurements.map(({ name }) => name);
    expect(new Set(names).size).equal(names.length);
    expect(names).include.members(["accuracy.subject", "layers.conv2.codes.rmseLsb", "timing.steps.infer.seconds"]);
  });

  it("leaves the float accuracy out where the document has none", () => {
    const without = structuredClone(document);
    delete without.accuracies.float;
    expect(judgeRun(without).map(({ name }) => name)).not.include("accuracy.float");
  });

  it("judges inclusively and keeps the limits beside the value", () => {
    const exact = document.accuracy.subject;
    const limits = {
      "accuracy.subject": { min: exact },
      "accuracy.reference": { min: 0.999 },
      "layers.conv1.codes.rmseLsb": { min: 0, max: 100 },
    };
    const judged = new Map(judgeRun(document, limits).map((each) => [each.name, each]));
    expect(judged.get("accuracy.subject")).deep.include({ verdict: "pass", limits: { min: exact } });
    expect(judged.get("accuracy.reference")).include({ verdict: "fail" });
    expect(judged.get("layers.conv1.codes.rmseLsb")).include({ verdict: "pass" });
    expect(judged.get("layers.conv2.codes.rmseLsb")).include({ verdict: "none" }).and.not.property("limits");
  });

  it("fails a limit on a figure that the run has not", () => {
    const without = structuredClone(document);
    delete without.accuracies.float;
    const judged = judgeRun(without, { "accuracy.float": { min: 0 } });
    expect(judged.at(-1)).deep.equal({
      name: "accuracy.float",
      value: NaN,
      unit: "1",
      limits: { min: 0 },
      verdict: "fail",
    });
  });

  it("passes exactly what lies within the bounds, and never NaN", () => {
    fc.assert(
      fc.property(fc.double(), fc.double({ noNaN: true }), fc.double({ noNaN: true }), (value, min, max) => {
        expect(judge(value, { min, max })).equal(value >= min && value <= max ? "pass" : "fail");
        expect(judge(value, undefined)).equal("none");
      }),
    );
    expect(judge(NaN, { max: Infinity })).equal("fail");
  });
});
