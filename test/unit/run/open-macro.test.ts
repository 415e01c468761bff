import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Macro } from "../../../src/macro/macro.js";
import { openMacro, runFolderOf, summarizeMacro } from "../../../src/run/open-macro.js";
import type { MacroChoice } from "../../../src/run/run-request.js";
import { expectNasError, expectNasRejection } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { TinyMacro } from "../../support/tiny-macro.js";

const simulation = { seed: 42, threads: 3 };

/** Who a driver of these tests says that its macro is, as the text of its file. */
const identity = JSON.stringify({ driver: "test", kind: "virtual", chipId: "none", description: "a test's macro" });

describe("openMacro", () => {
  const folder = temporaryFolder();

  /** A driver of this body: `open(request) { … }`. */
  function choiceOf(name: string, body: string): MacroChoice {
    writeFileSync(
      join(folder(), `${name}.mjs`),
      `export default { id: "${name}", contract: 2, async open(request) { ${body} } };`,
    );
    return {
      name: "bench chip",
      driver: `./${name}.mjs`,
      options: { port: "COM3" },
      calibration: "/cal",
      configFolder: folder(),
    };
  }

  it("gives the driver all it may know", async () => {
    const choice = choiceOf(
      "telling",
      `const { resolve, context, ...told } = request;
       context.log(JSON.stringify({ ...told, trace: resolve("a/b.trace") }));
       return { spec: {}, identity: ${identity} };`,
    );
    const lines: string[] = [];
    await openMacro(choice, simulation, { log: (line) => lines.push(line) });
    expect(JSON.parse(lines[0])).to.deep.equal({
      name: "bench chip",
      options: { port: "COM3" },
      calibration: "/cal",
      simulation,
      trace: resolve(folder(), "a/b.trace"),
    });
  });

  it("names macro and driver where the driver cannot open it", async () => {
    const choice = choiceOf("unplugged", 'throw new Error("no such port");');
    const error = await expectNasRejection("NAS_MACRO_DRIVER_FAILED", openMacro(choice, simulation, {}));
    expect(error.message).to.equal('driver "./unplugged.mjs" could not open macro "bench chip": no such port');
    expect(error.cause).to.include({ message: "no such port" });
  });

  it("lets the driver's own errors through, and a driver that is not there", async () => {
    const simulator: MacroChoice = {
      name: "ideal",
      driver: "simulator",
      options: { cellBit: 3 },
      configFolder: folder(),
    };
    const error = await expectNasRejection("NAS_MACRO_DRIVER_OPTIONS", openMacro(simulator, simulation, {}));
    expect(error.hint).to.equal('did you mean "cellBits"?');
    expect(error.context.configKey).to.deep.equal(["macros", "ideal", "options", "cellBit"]);
    const lost = { ...simulator, driver: "nowhere" };
    const notFound = await expectNasRejection("NAS_MACRO_DRIVER_NOT_FOUND", openMacro(lost, simulation, {}));
    expect(notFound.context.configKey).to.deep.equal(["macros", "ideal", "driver"]);
  });

  it("never opens one device twice, and opens it again when it was closed", async () => {
    process.env.NAS4CIM_DEVICES = join(folder(), "devices");
    const choice = choiceOf("board", `return { spec: {}, identity: ${identity}, async [Symbol.asyncDispose]() {} };`);
    writeFileSync(
      join(folder(), "board.mjs"),
      `export default { id: "board", contract: 2, deviceKey: ({ options }) => "serial:" + options.port,
         open: async () => ({ spec: {}, identity: ${identity}, async [Symbol.asyncDispose]() {} }) };`,
    );
    try {
      const first = await openMacro(choice, simulation, {});
      const error = await expectNasRejection("NAS_MACRO_DEVICE_HELD", openMacro(choice, simulation, {}));
      expect(error.message).to.contain("device serial:COM3 is held by this very process");
      await using _other = await openMacro({ ...choice, options: { port: "COM4" } }, simulation, {});
      await first[Symbol.asyncDispose]();
      await using _again = await openMacro(choice, simulation, {});
    } finally {
      delete process.env.NAS4CIM_DEVICES;
    }
  });

  it("opens the shipped simulator with its options", async () => {
    const choice: MacroChoice = {
      name: "small",
      driver: "simulator",
      options: { arrays: 2, adcBits: 6 },
      configFolder: folder(),
    };
    await using macro: Macro = await openMacro(choice, simulation, {});
    expect(macro.spec).to.include({ arrays: 2, adcBits: 6, arrayRows: 128 });
  });
});

describe("summarizeMacro", () => {
  it("is the macro's identity under its name on the bench", () => {
    expect(summarizeMacro("chip", new TinyMacro())).to.deep.equal({
      name: "chip",
      driver: "tiny",
      kind: "virtual",
      chipId: "t1",
      description: "a macro for tests",
    });
  });
});

describe("summarizeMacro, of a driver that says too much", () => {
  it("refuses an identity of a hundred thousand characters", () => {
    const identity = { driver: "d", kind: "virtual" as const, chipId: "x".repeat(100_000), description: "" };
    const error = expectNasError("NAS_MACRO_CONTRACT", () => summarizeMacro("chip", { identity } as unknown as Macro));
    expect(error.message).to.equal('macro "chip" has a chipId of 100000 characters');
  });
});

describe("runFolderOf", () => {
  it("is the run's own below the store", () => {
    expect(runFolderOf("/bench/runs", "20260102-030405-test")).to.equal(join("/bench/runs", "20260102-030405-test"));
  });
});
