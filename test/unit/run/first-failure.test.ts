import { expect } from "chai";
import { NasError } from "../../../src/base/errors.js";
import { throwFirstFailure } from "../../../src/run/first-failure.js";
import { expectNasError } from "../../support/expect-nas-error.js";

const fulfilled = { status: "fulfilled" as const, value: 1 };
const rejected = (reason: unknown) => ({ status: "rejected" as const, reason });
const fault = new NasError("NAS_MACRO_CALL_FAILED", "the cable came off", { hint: "plug it in" });
const latched = new NasError("NAS_MACRO_LATCHED", "no more", { hint: "see to it", cause: fault });

describe("throwFirstFailure", () => {
  it("throws nothing where nothing failed", () => {
    throwFirstFailure([]);
    throwFirstFailure([fulfilled, fulfilled]);
  });

  it("throws the first failure in the order given", () => {
    expect(
      expectNasError("NAS_MACRO_CALL_FAILED", () => throwFirstFailure([fulfilled, rejected(fault), rejected(1)])),
    ).to.equal(fault);
  });

  it("throws the fault where a macro refuses because of it", () => {
    expect(
      expectNasError("NAS_MACRO_CALL_FAILED", () => throwFirstFailure([rejected(latched), rejected(fault)])),
    ).to.equal(fault);
  });
});
