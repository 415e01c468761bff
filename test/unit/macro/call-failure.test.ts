import { expect } from "chai";
import { NasError } from "../../../src/base/errors.js";
import { callFailure, isHardFault, latchedFailure } from "../../../src/macro/call-failure.js";

const identity = { driver: "board", kind: "silicon" as const, chipId: "c1", description: "" };
const own = (code: "NAS_MACRO_RANGE" | "NAS_KERNEL_FAILED") => new NasError(code, "its own words", { hint: "a hint" });

describe("callFailure", () => {
  it("names macro, call and array where a driver throws a foreign error, and keeps it as the cause", () => {
    const cause = new TypeError("read ECONNRESET");
    const failure = callFailure(identity, "compute", [3], cause);
    expect(failure).to.include({ code: "NAS_MACRO_CALL_FAILED", exitCode: 4, cause });
    expect(failure.message).to.equal("macro board:c1 failed in compute on array 3: read ECONNRESET");
    expect(failure.context).to.deep.equal({ driver: "board", chipId: "c1", call: "compute", array: 3 });
    expect(failure.hint).to.contain("--resume");
    expect(callFailure(identity, "configure", [0, 1], "no words").message).to.equal(
      "macro board:c1 failed in configure: no words",
    );
  });

  it("leaves a driver's own NasError as it is", () => {
    const error = own("NAS_KERNEL_FAILED");
    expect(callFailure(identity, "compute", [0], error)).to.equal(error);
  });

  it("takes the end of a wait that the signal broke off for an interruption, and nothing else", () => {
    const controller = new AbortController();
    const ended = Object.assign(new Error("aborted"), { name: "AbortError" });
    expect(callFailure(identity, "compute", [0], ended, controller.signal).code).to.equal("NAS_MACRO_CALL_FAILED");
    controller.abort();
    for (const error of [ended, controller.signal.reason as unknown])
      expect(callFailure(identity, "compute", [0], error, controller.signal).code).to.equal("NAS_INTERRUPTED");
    const broken = callFailure(identity, "compute", [0], new Error("short circuit"), controller.signal);
    expect(broken.code).to.equal("NAS_MACRO_CALL_FAILED");
  });
});

describe("isHardFault", () => {
  it("is no refusal, but everything after which nobody knows the macro's state", () => {
    expect(isHardFault(own("NAS_MACRO_RANGE"))).to.equal(false);
    expect(isHardFault(own("NAS_KERNEL_FAILED"))).to.equal(true);
    expect(isHardFault(callFailure(identity, "compute", [0], new Error("any")))).to.equal(true);
  });
});

describe("latchedFailure", () => {
  it("tells the fault, and keeps it as its cause", () => {
    const fault = own("NAS_KERNEL_FAILED");
    const failure = latchedFailure(identity, "program", fault);
    expect(failure).to.include({ code: "NAS_MACRO_LATCHED", exitCode: 4, cause: fault });
    expect(failure.message).to.contain("takes no program any more since it failed: its own words");
  });
});
