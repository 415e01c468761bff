import { expect } from "chai";
import { imageSelection, oneOf, wholeNumber } from "../../../src/cli/option-values.js";
import { expectNasError } from "../../support/expect-nas-error.js";

describe("wholeNumber", () => {
  const seed = wholeNumber("--seed", 0, 2 ** 32 - 1);

  it("reads whole numbers within the range", () => {
    expect([seed("0"), seed("42"), seed("4294967295")]).to.deep.equal([0, 42, 4294967295]);
  });

  it("refuses everything else and names the range", () => {
    for (const text of ["", "-1", "1.5", "1e3", "0x10", " 1", "4294967296", "one", "NaN"]) {
      const error = expectNasError("NAS_CLI_USAGE", () => seed(text));
      expect(error.message).to.include("--seed").and.to.include(`"${text}"`);
      expect(error.hint).to.include("4294967295");
    }
  });
});

describe("imageSelection", () => {
  it("reads names and numbers", () => {
    expect(["smoke", "full", "1", "250"].map(imageSelection)).to.deep.equal(["smoke", "full", 1, 250]);
  });

  it("names the nearest selection, and refuses no images and inherited names", () => {
    expect(expectNasError("NAS_CLI_USAGE", () => imageSelection("smok")).hint).to.include('"smoke"');
    expectNasError("NAS_CLI_USAGE", () => imageSelection("0"));
    expectNasError("NAS_CLI_USAGE", () => imageSelection("toString"));
  });
});

describe("oneOf", () => {
  it("reads a known value and names the nearest to another", () => {
    const fix = oneOf("--fix", ["tensorflow", "data"]);
    expect(fix("data")).to.equal("data");
    expect(expectNasError("NAS_CLI_USAGE", () => fix("tensrflow")).hint).to.include('"tensorflow"');
    expect(expectNasError("NAS_CLI_USAGE", () => fix("zzz")).hint).to.include("tensorflow, data");
  });
});
