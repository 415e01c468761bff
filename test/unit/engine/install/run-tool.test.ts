import { expect } from "chai";
import { tmpdir } from "node:os";
import { firstTool, runTool } from "../../../../src/engine/install/run-tool.js";
import { expectNasRejection } from "../../../support/expect-nas-error.js";

const node = (
  script: string,
  options: { timeoutMs?: number; signal?: AbortSignal; environment?: Record<string, string> } = {},
) => runTool(process.execPath, ["-e", script], { cwd: tmpdir(), timeoutMs: 20_000, ...options });

describe("runTool", () => {
  it("gives the output of both streams and the environment asked for", async () => {
    const script = 'console.log("out " + process.env.NAS4CIM_TEST); console.error("err")';
    const result = await node(script, { environment: { NAS4CIM_TEST: "x" } });
    expect(result.ok).to.equal(true);
    expect(result.output).to.contain("out x").and.to.contain("err");
  });

  it("names the line with the error as the reason, not the last one", async () => {
    const script = 'console.log("npm ERROR no such host"); console.log("a log is in /tmp"); process.exit(3)';
    expect(await node(script)).to.deep.include({ ok: false, reason: "npm ERROR no such host" });
    expect(await node("process.exit(3)")).to.deep.include({ ok: false, reason: "exit status 3" });
  });

  it("ends a program at its time limit", async () => {
    const result = await node("setTimeout(() => {}, 60_000)", { timeoutMs: 300 });
    expect(result.ok).to.equal(false);
    expect(result.reason).to.match(/ended by SIGTERM/);
  });

  it("keeps the end of a long output", async () => {
    const { output } = await node('console.log("x".repeat(50_000) + "end")');
    expect(output.length).to.be.at.most(8000);
    expect(output.trimEnd().endsWith("end")).to.equal(true);
  });

  it("takes a missing program for a failure, not an exception", async () => {
    const result = await runTool("no-such-program-of-nas4cim", [], { cwd: tmpdir(), timeoutMs: 1000 });
    expect(result.ok).to.equal(false);
    expect(result.reason).to.match(/ENOENT|not recognized/);
  });

  it("ends the program and throws on the abort signal", async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 200);
    await expectNasRejection("NAS_INTERRUPTED", node("setTimeout(() => {}, 60_000)", { signal: abort.signal }));
  });
});

describe("firstTool", () => {
  it("gives the first program that answers", () => {
    expect(firstTool(["no-such-program-of-nas4cim", process.execPath])).to.equal(process.execPath);
    expect(firstTool(["no-such-program-of-nas4cim"])).to.equal(undefined);
  });
});
