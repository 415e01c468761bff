import { expect } from "chai";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../src/base/paths.js";
import { temporaryFolder } from "../support/temporary-folder.js";

/** What is wrong with a macro -> its methods in place of a right one's, and the tests that must find it. */
const faults: Record<string, { methods: string; found: string[] }> = {
  "reads levels and inputs from the start of their memory": {
    methods: `compute(inputs, call) {
      return super.compute({ ...inputs, data: new Uint8Array(inputs.data.buffer).slice(0, inputs.data.length) }, call);
    }`,
    found: ["reads levels and inputs where they lie in a larger memory, or in a shared one"],
  },
  "answers with the inputs of the latest call": {
    methods: `async compute(inputs, call) {
      this.latest = inputs.data;
      await new Promise((resolve) => setTimeout(resolve, 2));
      return super.compute({ ...inputs, data: this.latest.length === inputs.data.length ? this.latest : inputs.data }, call);
    }`,
    found: ["keeps calls apart that overlap"],
  },
  "counts no saturated codes": {
    methods: `async compute(inputs, call) {
      return { ...(await super.compute(inputs, call)), saturated: 0 };
    }`,
    found: ["answers codes within its ADC's rails, and counts the saturated ones"],
  },
  "is of no use after an interruption": {
    methods: `async compute(inputs, call) {
      if (this.broken) throw new Error("out of step");
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (call?.signal?.aborted) this.broken = true;
      return super.compute(inputs, call);
    }`,
    found: ["goes on after a call that was broken off in its middle"],
  },
  "cannot be closed": {
    methods: `async [Symbol.asyncDispose]() {
      await super[Symbol.asyncDispose]();
      throw new Error("port is gone");
    }`,
    found: ["describes itself", "closes once, takes no call any more, and opens again"],
  },
  "does not tell a lost link": { methods: "", found: ["tells a lost link at once, and takes no call any more"] },
};

interface Report {
  failures: { title: string; fullTitle: string }[];
  pending: { title: string; fullTitle: string }[];
}

describe("the conformance suite", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let report: Report;

  /** Runs the suite on every faulty macro, and on a right one of one array, in a mocha of its own. */
  before(async () => {
    const at = (path: string) => JSON.stringify(pathToFileURL(join(packageRoot(), "dist", path)).href);
    const file = join(folder(), "faulty.mjs");
    writeFileSync(
      file,
      `import { describeMacro } from ${at("src/conformance/index.js")};
       import { SimulatedMacro, idealCharacter, sharePool } from ${at("src/device/index.js")};
       const spec = { contract: 2, arrayRows: 16, arrayColumns: 8, arrays: 2, cellBits: 3, inputBits: 4, adcBits: 4,
         differential: "column-pair", shiftAdd: true, adcStepLevels: [1, 2, 4, 8, 16], maxVectors: 64, parallelCalls: 8 };
       const parts = (change) => ({ spec: { ...spec, ...change }, chip: idealCharacter(), seed: 1, lease: sharePool(1),
         identity: { driver: "test", kind: "virtual", chipId: "faulty", description: "a macro with a fault" } });
       describeMacro("right", async () =>
         new SimulatedMacro(parts({ arrays: 1, shiftAdd: false, adcStepLevels: [1] })), { exact: true });
       ${Object.entries(faults)
         .map(
           ([name, { methods }]) => `describeMacro(${JSON.stringify(name)}, async () => ({
             macro: new (class extends SimulatedMacro { ${methods} })(parts({})), loseLink: () => undefined }), { exact: true });`,
         )
         .join("\n")}`,
    );
    const mocha = join(packageRoot(), "node_modules", "mocha", "bin", "mocha.js");
    const child = spawn(process.execPath, [mocha, "--no-config", "--reporter", "json", file], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
    await new Promise((resolve) => child.on("close", resolve));
    report = JSON.parse(text) as Report;
  });

  const titlesOf = (tests: Report["failures"], macro: string) =>
    tests.filter(({ fullTitle }) => fullTitle.startsWith(`macro conformance: ${macro} `)).map(({ title }) => title);

  for (const [fault, { found }] of Object.entries(faults)) {
    it(`finds a macro that ${fault}`, () => {
      expect(titlesOf(report.failures, fault)).to.include.members(found);
    });
  }

  it("finds nothing wrong with a right macro, and says what it could not try, and why", () => {
    expect(titlesOf(report.failures, "right")).to.deep.equal([]);
    expect(titlesOf(report.pending, "right")).to.deep.equal([
      "adds bit planes as the host would: not tried, it has no shift-and-add",
      "widens its range with the ADC step: not tried, it offers one ADC step",
      "keeps arrays apart: not tried, it has one array",
      "tells a lost link at once, and takes no call any more: not tried, its factory gives no loseLink",
    ]);
  });
});
