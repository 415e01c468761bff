import { expect } from "chai";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../../src/base/paths.js";
import { runCommand } from "../../../support/run-command.js";
import { temporaryFolder } from "../../../support/temporary-folder.js";

describe("nas4cim board", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const children: ChildProcess[] = [];
  after(() => children.forEach((child) => child.kill()));

  /** Starts `board emulate` in a process of its own; gives its port. */
  async function emulate(...more: string[]): Promise<string> {
    const quick = ["--tcp", "0", "--plane-ns", "0", "--write-cell-ns", "0", "--json", "--quiet"];
    const script = join(packageRoot(), "bin/nas4cim.js");
    const child = spawn(process.execPath, [script, "board", "emulate", "--macro", "ideal", ...quick, ...more], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const [text] = (await once(child.stdout, "data")) as [Buffer];
    return (JSON.parse(text.toString()) as { port: string }).port;
  }

  const board = async (port: string, ...words: string[]) => {
    const env = { XDG_DATA_HOME: folder() };
    const { exitCode, stdout, stderr } = await runCommand(["board", ...words, "--port", port, "--json"], { env });
    return {
      exitCode,
      stderr,
      value: exitCode === 0 && stdout.startsWith("{") ? (JSON.parse(stdout) as unknown) : stdout,
    };
  };

  it("programs, reads, multiplies and tells its condition, by hand and in JSON", async () => {
    const port = await emulate();
    const [levels, inputs] = [join(folder(), "levels.json"), join(folder(), "inputs.json")];
    writeFileSync(levels, JSON.stringify({ rows: 2, columns: 4, levels: [7, 0, 1, 0, 0, 2, 3, 0] }));
    writeFileSync(
      inputs,
      JSON.stringify([
        [1, 1],
        [2, 0],
      ]),
    );
    expect((await board(port, "program", "--levels", levels)).value).to.include({ cells: 8, cellsOutOfTolerance: 0 });
    expect((await board(port, "read")).value).to.deep.include({
      rows: 2,
      columns: 4,
      levels: [7, 0, 1, 0, 0, 2, 3, 0],
    });
    // Column pairs: 7 − 0 and 1 − 0 in the first row, 0 − 2 and 3 − 0 in the second.
    expect((await board(port, "mvm", "--inputs", inputs, "--sums")).value).to.deep.include({
      outputs: 2,
      values: [5, 4, 14, 2],
    });
    expect((await board(port, "status")).value).to.include({ temperatureCelsius: 25, isStopped: false });
    await board(port, "stop");
    expect((await board(port, "mvm", "--inputs", inputs)).stderr).to.include("NAS_BOARD_STOPPED");
    await board(port, "release");
    expect((await board(port, "mvm", "--inputs", inputs)).exitCode).to.equal(0);
    const bad = await board(port, "program", "--levels", inputs);
    expect(bad).to.include({ exitCode: 2 });
  });

  it("verifies a board's side of the wire, and counts what passes", async () => {
    const { exitCode, value } = await board(await emulate(), "verify", "--link-only");
    expect(exitCode).to.equal(0);
    expect(value).to.include({ passed: 9, failed: 0, notTried: 0 });
  });

  it("says what is wrong with the words that it is given", async () => {
    for (const words of [
      ["--faults", "drop"],
      ["--faults", "burn=0.1"],
      ["--tcp", "x"],
      ["--protocol", "2"],
    ]) {
      const { exitCode, stderr } = await runCommand(["board", "emulate", ...words]);
      expect(exitCode, stderr).to.equal(2);
      expect(stderr).to.include("NAS_CLI_USAGE").and.include("hint:");
    }
  });

  it("lists ports", async () => {
    const { exitCode, stdout } = await runCommand(["boards", "--json"]);
    expect(exitCode).to.equal(0);
    expect(JSON.parse(stdout)).to.be.an("array");
  });
});
