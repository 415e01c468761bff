import { expect } from "chai";
import { NasError } from "../../../src/base/errors.js";
import { explainFailure } from "../../../src/cli/fail.js";

describe("explainFailure", () => {
  const cause = new Error("connection reset");
  const error = new NasError("NAS_DATA_DOWNLOAD", "cannot fetch it", {
    hint: "check the network",
    context: { url: "http://example.org", tries: 3, nothing: undefined, long: "x".repeat(500) },
    cause,
  });

  it("prints code, message, context and hint, and gives the exit code", () => {
    const { text, exitCode } = explainFailure(error, false);
    expect(exitCode).to.equal(3);
    expect(text.split("\n")).to.deep.equal([
      "NAS_DATA_DOWNLOAD: cannot fetch it",
      "  url: http://example.org",
      "  tries: 3",
      `  long: ${"x".repeat(200)}…`,
      "hint: check the network",
      "(--verbose shows the cause)",
      "",
    ]);
  });

  it("adds stack and cause with verbose, and cuts nothing", () => {
    const { text } = explainFailure(error, true);
    expect(text).to.include("x".repeat(500)).and.to.include("caused by: Error: connection reset");
    expect(text).to.match(/NasError: cannot fetch it\n {4}at /);
  });

  it("calls anything else a defect, with stack, versions and exit code 70", () => {
    for (const thrown of [new TypeError("x is not a function"), "a string", undefined]) {
      const { text, exitCode } = explainFailure(thrown, false);
      expect(exitCode).to.equal(70);
      expect(text)
        .to.match(/defect of nas4cim, please report/)
        .and.to.include(`Node ${process.versions.node}`);
    }
    expect(explainFailure(new TypeError("x is not a function"), false).text).to.match(/not a function\n {4}at /);
  });
});
