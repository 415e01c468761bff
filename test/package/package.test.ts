import { expect } from "chai";
import { spawn } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot, packageVersion } from "../../src/base/paths.js";
import type { RunDocument } from "../../src/record/run-document.js";
import { itWithFashionMnist } from "../support/fashion-mnist.js";
import { temporaryFolder } from "../support/temporary-folder.js";

/** What npm says where no registry can be asked, and its cache does not have everything either. */
const noNetwork = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED/;

describe("the package as npm installs it", function () {
  this.timeout(180_000);
  const folder = temporaryFolder();
  const home = () => join(folder(), "home");
  let files: string[] = [];

  before(async function () {
    // Without prepack: it would build dist anew while other tests run from it.
    const packed = await tool(
      "npm",
      ["pack", "--ignore-scripts", "--json", "--pack-destination", folder()],
      packageRoot(),
    );
    expect(packed.exitCode, packed.stderr).to.equal(0);
    const [{ filename, files: list }] = JSON.parse(packed.stdout) as { filename: string; files: { path: string }[] }[];
    files = list.map(({ path }) => path);
    mkdirSync(home());
    writeFileSync(join(home(), "package.json"), '{ "private": true, "type": "module" }\n');
    const options = ["--prefer-offline", "--no-audit", "--no-fund"];
    // As a driver's author installs it: with chai, which the conformance suite takes from them.
    const installed = await tool("npm", ["install", join(folder(), filename), "chai@6", ...options], home());
    if (installed.exitCode !== 0 && noNetwork.test(installed.stderr)) {
      console.log("      pending: npm can neither ask its registry nor find every dependency in its cache");
      this.skip();
    }
    expect(installed.exitCode, installed.stderr).to.equal(0);
  });

  it("builds before it is packed", () => {
    const { scripts } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    expect(scripts.prepack).to.equal("node scripts/build.mjs");
  });

  it("holds what it needs, and neither tests nor sources nor runs", () => {
    const wanted = [
      "bin/nas4cim.js",
      "bench.config.json",
      "bench.schema.json",
      "LICENSE",
      "dist/src/kernels/convert.wasm",
    ];
    expect(files).to.include.members(wanted);
    expect(files.filter((path) => /^(test|dist\/test|src|runs|scripts|\.ci)\//.test(path))).to.deep.equal([]);
  });

  it("takes less than 60 MB with all that it needs", () => {
    const modules = join(home(), "node_modules");
    const names = readdirSync(modules, { recursive: true, encoding: "utf8" }).filter(
      (name) => !/^(chai|\.bin)\b/.test(name),
    );
    const bytes = names.reduce(
      (sum, name) => sum + (lstatSync(join(modules, name)).isFile() ? statSync(join(modules, name)).size : 0),
      0,
    );
    expect(bytes).to.be.below(60e6);
    expect(existsSync(join(modules, "echarts"))).to.equal(false);
  });

  it("has types that hold without skipLibCheck, in a project that has none of its libraries", async () => {
    const entries = ["nas4cim", "nas4cim/driver", "nas4cim/device", "nas4cim/wire", "nas4cim/conformance"];
    const lines = entries.map((name, place) => `export * as entry${place} from "${name}";`);
    writeFileSync(join(home(), "entries.ts"), lines.join("\n"));
    const compiler = join(packageRoot(), "node_modules/typescript/bin/tsc");
    const types = ["--typeRoots", join(packageRoot(), "node_modules/@types"), "--types", "node,mocha"];
    const options = ["--noEmit", "--strict", "--skipLibCheck", "false", "--module", "nodenext", "--target", "es2023"];
    const { stdout, exitCode } = await tool(process.execPath, [compiler, ...options, ...types, "entries.ts"], home());
    expect(stdout).to.equal("");
    expect(exitCode).to.equal(0);
  });

  it("holds every document that a hint of an error names", () => {
    const sources = readdirSync(join(packageRoot(), "dist/src"), { recursive: true, encoding: "utf8" });
    const code = sources
      .filter((name) => name.endsWith(".js"))
      .map((name) => readFileSync(join(packageRoot(), "dist/src", name), "utf8"));
    const named = new Set(code.flatMap((text) => [...text.matchAll(/\bdocs\/[\w./-]+\.md/g)].map(([path]) => path)));
    expect(named.size).to.be.above(3);
    expect([...named].filter((path) => !files.includes(path))).to.deep.equal([]);
  });

  it("answers as a command", async () => {
    const { exitCode, stdout } = await tool("npx", ["nas4cim", "--version"], home());
    expect(exitCode).to.equal(0);
    expect(stdout.trim()).to.equal(packageVersion());
    expect((await tool("npx", ["nas4cim", "--help"], home())).stdout).to.include("Usage: nas4cim");
  });

  it("offers its public entries to other packages", async () => {
    const script = `for (const name of ["nas4cim", "nas4cim/driver", "nas4cim/device", "nas4cim/wire", "nas4cim/conformance"]) {
      console.log(name, Object.keys(await import(name)).length > 0);
    }`;
    writeFileSync(join(home(), "entries.js"), script);
    const { stdout, stderr } = await tool(process.execPath, ["entries.js"], home());
    expect(stderr).to.equal("");
    expect(stdout.match(/true$/gm)).to.have.length(5);
  });

  itWithFashionMnist("runs on 100 images", async (data) => {
    const words = ["nas4cim", "run", "--images", "smoke", "--json", "--quiet"];
    const { exitCode, stdout, stderr } = await tool("npx", words, home(), { NAS4CIM_DATA: data });
    expect(exitCode, stderr).to.equal(0);
    const document = JSON.parse(stdout) as RunDocument;
    expect(document).to.include({ format: "nas4cim-run", version: 2, images: 100 });
    expect(document.accuracies.reference.correct).to.be.within(80, 100);
    const { stdout: runs } = await tool("npx", ["nas4cim", "runs"], home());
    expect(runs).to.include(document.run.id);
  });
});

interface ToolResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

function tool(command: string, words: string[], cwd: string, env: Record<string, string> = {}): Promise<ToolResult> {
  const child = spawn(command, words, {
    cwd,
    // Of npm's own variables, those of the `npm test` around us would change what this npm does.
    env: { ...withoutNpm(process.env), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !/^npm_(lifecycle|package|command|execpath|node_execpath)/.test(name),
  );
  return Object.fromEntries(kept);
}
