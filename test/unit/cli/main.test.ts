import { expect } from "chai";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot, packageVersion } from "../../../src/base/paths.js";
import { exitCodes } from "../../../src/cli/exit-codes.js";
import { makeProgram } from "../../../src/cli/main.js";
import { runCommand } from "../../support/run-command.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("the command line", () => {
  const folder = temporaryFolder();
  const isolated = () => ({ cwd: folder(), env: { NAS4CIM_CACHE: join(folder(), "cache"), NAS4CIM_DATA: undefined } });

  it("shows its help with the exit codes on stdout", async () => {
    const { exitCode, stdout, stderr } = await runCommand(["--help"]);
    expect({ exitCode, stderr }).to.deep.equal({ exitCode: 0, stderr: "" });
    for (const { name } of commands()) expect(stdout).to.include(name);
    for (const [code, meaning] of Object.entries(exitCodes)) expect(stdout).to.match(new RegExp(`${code}  ${meaning}`));
  });

  it("shows its help on stderr where nothing was asked", async () => {
    const { exitCode, stdout, stderr } = await runCommand([]);
    expect({ exitCode, stdout }).to.deep.equal({ exitCode: 2, stdout: "" });
    expect(stderr).to.include("Usage: nas4cim");
  });

  it("has a description for every command and option", () => {
    for (const { name, description, options } of commands()) {
      expect(description, name).to.not.equal("");
      for (const option of options) expect(option.description, `${name} ${option.flags}`).to.not.equal("");
    }
  });

  it("has one file for each command", () => {
    const files = readdirSync(join(packageRoot(), "src/cli"));
    for (const { name } of commands()) expect(files).to.include(`${name}.ts`);
  });

  it("prints the version of the package", async () => {
    expect(await runCommand(["--version"])).to.deep.equal({ exitCode: 0, stdout: `${packageVersion()}\n`, stderr: "" });
  });

  const typingErrors: [words: string[], named: RegExp, nearest: RegExp][] = [
    [["doctr"], /'doctr'/, /doctor/],
    [["doctor", "--jsn"], /'--jsn'/, /--json/],
    [["doctor", "--fix", "tensrflow"], /"tensrflow"/, /"tensorflow"/],
    [["doctor", "tensorflow"], /too many arguments/, /--help/],
    [["train", "--out", "x"], /--recipe/, /--help/],
  ];
  for (const [words, named, nearest] of typingErrors) {
    it(`answers "nas4cim ${words.join(" ")}" with what is meant`, async () => {
      const { exitCode, stdout, stderr } = await runCommand(words, isolated());
      expect({ exitCode, stdout }).to.deep.equal({ exitCode: 2, stdout: "" });
      expect(stderr).to.match(/^NAS_CLI_USAGE: /);
      expect(stderr.split("\n")[0]).to.match(named);
      expect(stderr).to.match(nearest);
    });
  }

  it("gives the exit code of the error, and its cause with --verbose", async () => {
    const words = ["doctor", "--config", join(folder(), "absent.json")];
    const plain = await runCommand(words, isolated());
    expect(plain).to.include({ exitCode: 2, stdout: "" });
    expect(plain.stderr)
      .to.match(/^NAS_CONFIG_NOT_FOUND: /)
      .and.to.not.include("caused by");
    expect((await runCommand([...words, "--verbose"], isolated())).stderr).to.include("caused by: Error: ENOENT");
  });

  it("goes quietly when nobody reads its results any more", async () => {
    // The reader is gone long before anything is written.
    const command = `{ sleep 0.3; "${process.execPath}" "${join(packageRoot(), "bin/nas4cim.js")}" --help; } | true`;
    const child = spawn("sh", ["-c", command], { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    await new Promise((resolve) => child.on("close", resolve));
    expect(stderr).to.equal("");
  });

  it("says so, with a code, where its results cannot be written", async function () {
    if (!existsSync("/dev/full")) this.skip();
    const command = `"${process.execPath}" "${join(packageRoot(), "bin/nas4cim.js")}" doctor --json > /dev/full`;
    const child = spawn("sh", ["-c", command], { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const exitCode = await new Promise((resolve) => child.on("close", resolve));
    expect(stderr)
      .to.match(/^NAS_FILE_REFUSED: ENOSPC.*\n/m)
      .and.to.include("hint: make room");
    expect(exitCode).to.equal(5);
  });

  it("says so, with a code, where a file stands in a folder's place", async () => {
    const words = ["cost", "--out", join(packageRoot(), "package.json")];
    const { exitCode, stderr } = await runCommand(words, isolated());
    expect(stderr).to.match(/^NAS_FILE_REFUSED: EEXIST/m);
    expect(exitCode).to.equal(5);
  });
});

describe("nas4cim doctor", () => {
  const folder = temporaryFolder();
  const isolated = () => ({ cwd: folder(), env: { NAS4CIM_CACHE: join(folder(), "cache"), NAS4CIM_DATA: undefined } });

  it("prints one JSON document that says whether a run can go", async () => {
    const { exitCode, stdout } = await runCommand(["doctor", "--json"], isolated());
    const document = JSON.parse(stdout) as { ready: boolean; checks: Record<string, unknown>[] };
    expect(document).to.include({ format: "nas4cim-doctor", version: 1, ready: true });
    expect(exitCode).to.equal(0);
    const byId = new Map(document.checks.map((check) => [check.id, check]));
    expect(byId.get("node")).to.include({ state: "ok" });
    expect(byId.get("store")?.found).to.include(join(folder(), "runs"));
    expect(byId.get("dataset fashion-mnist test")).to.include({ state: "missing", needed: false });
    for (const check of document.checks) {
      const wanted = ["id", "title", "needed", "state", "found"];
      expect(check).to.have.all.keys(check.state === "ok" ? wanted : [...wanted, "prevents", "cure"]);
    }
  });

  it("says what a run lacks, what that prevents and the cure, and exits with 5", async () => {
    const shipped = JSON.parse(readFileSync(join(packageRoot(), "bench.config.json"), "utf8")) as object;
    const config = join(folder(), "bench.config.json");
    writeFileSync(config, JSON.stringify({ ...shipped, data: { "fashion-mnist": "no-such-folder" } }));
    const { exitCode, stdout } = await runCommand(["doctor"], isolated());
    expect(exitCode).to.equal(5);
    expect(stdout).to.match(/MISSING +Fashion-MNIST test images .*no-such-folder/);
    expect(stdout)
      .to.match(/prevents: every run on Fashion-MNIST/)
      .and.to.match(/cure: .*data\.fashion-mnist/);
    expect(stdout).to.include("cannot run here yet");
  });
});

function commands() {
  return makeProgram().commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: command.options.map(({ flags, description }) => ({ flags, description })),
  }));
}
