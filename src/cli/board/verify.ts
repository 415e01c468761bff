import type { Command } from "commander";
import type { ReporterConstructor, Runner, Test } from "mocha";
import { resolve } from "node:path";
import { messageOf, NasError } from "../../base/errors.js";
import { loadDriver } from "../../macro/load-driver.js";
import { addJsonOption } from "../common-options.js";
import { limitExitCode } from "../exit-codes.js";
import { printJson, printResult } from "../output.js";
import { addBoardOptions, boardChoice, openBoard, type BoardChoice } from "./open-board.js";

/** One test's end. */
interface Verdict {
  suite: string;
  title: string;
  state: "passed" | "failed" | "not tried";
  ms?: number;
  error?: string;
}

/** `nas4cim board verify`: what a lab runs on its own firmware. */
export function addVerifyCommand(group: Command): void {
  const command = group
    .command("verify")
    .description(
      "run the link suite and the macro suite against a board; the macro suite writes cells of arrays 0 and 1",
    )
    .option("--link-only", "the link suite alone: writes no cell");
  addBoardOptions(command);
  addJsonOption(command);
  command.action(async (options: BoardChoice & { linkOnly?: boolean; json?: boolean }) => {
    const verdicts = await verify(options, options.linkOnly ?? false, (verdict) => {
      if (!options.json) printResult(lineOf(verdict));
    });
    const count = (state: Verdict["state"]) => verdicts.filter((verdict) => verdict.state === state).length;
    const counts = { passed: count("passed"), failed: count("failed"), notTried: count("not tried") };
    if (options.json) printJson({ ...counts, tests: verdicts });
    else printResult(`${counts.passed} passed, ${counts.failed} failed, ${counts.notTried} not tried`);
    if (counts.failed > 0) process.exitCode = limitExitCode;
  });
}

async function verify(choice: BoardChoice, linkOnly: boolean, tell: (verdict: Verdict) => void): Promise<Verdict[]> {
  const [Mocha, suites] = await loadSuites();
  const verdicts: Verdict[] = [];
  const add = (verdict: Verdict) => {
    verdicts.push(verdict);
    tell(verdict);
  };
  class Listener {
    constructor(runner: Runner) {
      listen(runner, add);
    }
  }
  const mocha = new Mocha({ timeout: 60_000, reporter: Listener as unknown as ReporterConstructor });
  // This is how mocha gives test files their words.
  mocha.suite.emit("pre-require", globalThis, "nas4cim board verify", mocha);
  const { name, driver: driverName, options, configFolder } = boardChoice(choice);
  const driver = await loadDriver(driverName, configFolder);
  const request = {
    name,
    options,
    resolve: (path: string) => resolve(configFolder, path),
    context: {},
    simulation: { seed: choice.seed ?? 1, threads: 1 },
  };
  if (driver.openLine) suites.describeLink(name, () => driver.openLine!(request));
  if (!linkOnly) suites.describeMacro(name, () => openBoard(choice, {}));
  await new Promise((done) => mocha.run(done));
  return verdicts;
}

function listen(runner: Runner, add: (verdict: Verdict) => void): void {
  const of = (test: Test) => ({ suite: test.parent?.title ?? "", title: test.title, ms: test.duration });
  runner.on("pass", (test) => add({ ...of(test), state: "passed" }));
  runner.on("pending", (test) => add({ ...of(test), state: "not tried" }));
  runner.on("fail", (test, error: unknown) => add({ ...of(test), state: "failed", error: messageOf(error) }));
}

async function loadSuites() {
  try {
    const { default: Mocha } = await import("mocha");
    return [Mocha, await import("../../conformance/index.js")] as const;
  } catch (error) {
    throw new NasError("NAS_BOARD_VERIFY", `the suites for boards cannot be loaded: ${messageOf(error)}`, {
      hint: "they run on mocha and chai: npm install mocha chai",
      cause: error,
    });
  }
}

function lineOf({ suite, title, state, ms, error }: Verdict): string {
  const mark = { passed: "ok  ", failed: "FAIL", "not tried": "–   " }[state];
  const time = ms === undefined ? "" : ` ${Math.round(ms)} ms`;
  return `${mark} ${suite}: ${title}${time}${error === undefined ? "" : `\n     ${error.replaceAll("\n", "\n     ")}`}`;
}
