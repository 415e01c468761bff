import { expect } from "chai";
import { readDriverOptions } from "../../../src/macro/driver-options.js";
import { expectNasError } from "../../support/expect-nas-error.js";

const table = {
  port: { kind: "string" },
  mode: { kind: "string", default: "fast", oneOf: ["fast", "slow"] },
  arrays: { kind: "integer", default: 16, min: 1, max: 64 },
  volts: { kind: "number", default: 0.2, min: 0 },
  verify: { kind: "boolean", default: true },
} as const;

describe("readDriverOptions", () => {
  it("fills in defaults and leaves an option without one undefined", () => {
    expect(readDriverOptions("board", {}, table)).to.deep.equal({
      port: undefined,
      mode: "fast",
      arrays: 16,
      volts: 0.2,
      verify: true,
    });
  });

  it("gives what is set, up to the limits, also where it is false, 0 or empty", () => {
    const options = { port: "", mode: "slow", arrays: 64, volts: 0, verify: false };
    expect(readDriverOptions("board", options, table)).to.deep.equal(options);
    expect(readDriverOptions("board", { arrays: 1, port: undefined }, table)).to.include({
      arrays: 1,
      port: undefined,
    });
  });

  it("names the nearest option for an unknown one, or all of them", () => {
    const near = expectNasError("NAS_MACRO_DRIVER_OPTIONS", () => readDriverOptions("board", { arays: 2 }, table));
    expect(near.message).to.equal('driver "board": arays is no known key');
    expect(near.hint).to.equal('did you mean "arrays"?');
    const far = expectNasError("NAS_MACRO_DRIVER_OPTIONS", () => readDriverOptions("board", { credentials: 2 }, table));
    expect(far.hint).to.equal("known here: port, mode, arrays, volts, verify");
  });

  const faults: [title: string, options: Record<string, unknown>, message: RegExp][] = [
    ["the name of a method of every object", { toString: 1 }, /toString is no known key/],
    ["a number for a text", { port: 5 }, /port is 5, expected a text/],
    ["null, even where there is a default", { mode: null }, /mode is null, expected one of fast, slow/],
    ["a text for a number", { volts: "0.2" }, /volts is "0\.2", expected a number of at least 0/],
    ["NaN", { volts: NaN }, /volts is NaN, expected a number/],
    ["infinity, which 1e999 in a config is", { volts: Infinity }, /volts is Infinity, expected a number/],
    ["a broken number for a whole one", { arrays: 1.5 }, /arrays is 1\.5, expected a whole number from 1 to 64/],
    ["a number for yes or no", { verify: 1 }, /verify is 1, expected true or false/],
    ["a list", { mode: ["fast"] }, /mode is \["fast"\], expected one of fast, slow/],
    ["a value that is none of those offered", { mode: "medium" }, /mode is "medium"/],
    ["too small a number", { arrays: 0 }, /arrays is 0/],
    ["too large a number", { arrays: 65 }, /arrays is 65/],
    ["a number below an open range", { volts: -0.1 }, /volts is -0\.1/],
  ];
  for (const [title, options, message] of faults) {
    it(`refuses ${title}`, () => {
      const error = expectNasError("NAS_MACRO_DRIVER_OPTIONS", () => readDriverOptions("board", options, table));
      expect(error.message).to.match(message);
      expect(error.context).to.include({ driver: "board", option: Object.keys(options)[0] });
    });
  }

  it("tells in its hint what would do", () => {
    const hint = (options: Record<string, unknown>) =>
      expectNasError("NAS_MACRO_DRIVER_OPTIONS", () => readDriverOptions("board", options, table)).hint;
    expect(hint({ mode: "medium" })).to.equal("give mode one of fast, slow");
    expect(hint({ arrays: 0 })).to.equal("give arrays a whole number from 1 to 64");
    expect(hint({ volts: -1 })).to.equal("give volts a number of at least 0");
  });

  it("wants what is required, and names all that is wrong at once", () => {
    const needy = { trace: { kind: "string", required: true }, ...table } as const;
    const error = expectNasError("NAS_MACRO_DRIVER_OPTIONS", () => readDriverOptions("board", { volts: -1 }, needy));
    expect(error.message).to.match(/^driver "board" has 2 faults:\n {2}- trace is missing.*\n {2}- volts is -1/);
    expect(error.context).to.include({ driver: "board", option: "trace" });
    const { trace } = readDriverOptions("board", { trace: "a.trace" }, needy);
    // Its type is string, not string | undefined.
    expect(trace.length).to.equal(7);
  });
});
