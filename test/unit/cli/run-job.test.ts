import { expect } from "chai";
import { fileURLToPath } from "node:url";
import { runJob } from "../../../src/cli/run-job.js";
import { type CommandOptions, runScript } from "../../support/run-command.js";

const slowJob = fileURLToPath(new URL("../../support/slow-job.js", import.meta.url));

/** Sends SIGINT once the job has started, and again `times` − 1 times, `gapMs` apart. */
function interrupting(times: number, gapMs: number, first: NodeJS.Signals = "SIGINT"): CommandOptions {
  let sent = false;
  return {
    onStderr: (text, kill) => {
      if (sent || !text.includes("started")) return;
      sent = true;
      kill(first);
      for (let time = 1; time < times; time++) setTimeout(() => kill("SIGINT"), gapMs * time);
    },
  };
}

describe("runJob", () => {
  it("gives the job's result and lets go of the signals", async () => {
    const listeners = process.listenerCount("SIGINT");
    let during = 0;
    const result = await runJob(true, async (context) => {
      during = process.listenerCount("SIGINT");
      expect(context).to.have.property("signal");
      expect(context).to.not.have.any.keys("progress", "log");
      return 7;
    });
    expect(result).to.equal(7);
    expect(during).to.equal(listeners + 1);
    expect(process.listenerCount("SIGINT")).to.equal(listeners);
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`stops the job at a safe place on ${signal} and says how to go on`, async () => {
      const env = { npm_lifecycle_event: undefined };
      const { exitCode, stdout, stderr } = await runScript(slowJob, ["stop"], { ...interrupting(1, 0, signal), env });
      expect(exitCode).to.equal(130);
      expect(stdout).to.equal("");
      expect(stderr).to.include("stopping at the next safe place");
      expect(stderr).to.include("nas4cim run --resume run-7");
    });
  }

  it("names npm's way of resuming where npm start was the way in", async () => {
    const env = { npm_lifecycle_event: "start" };
    const { stderr } = await runScript(slowJob, ["stop"], { ...interrupting(1, 0), env });
    expect(stderr).to.include("npm start -- --resume run-7");
  });

  it("turns any failure after the signal into an interruption", async () => {
    const { exitCode, stderr } = await runScript(slowJob, ["abort"], interrupting(1, 0));
    expect(exitCode).to.equal(130);
    expect(stderr).to.include("NAS_INTERRUPTED").and.not.include("defect");
  });

  it("ends at once on the second signal", async () => {
    const started = performance.now();
    const { exitCode, stdout } = await runScript(slowJob, ["deaf"], interrupting(2, 500));
    expect(exitCode).to.equal(130);
    expect(stdout).to.equal("");
    // The whole job takes 5 s.
    expect(performance.now() - started).to.be.lessThan(4000);
  });

  it("takes two signals of one key press as one", async () => {
    const { exitCode, stderr } = await runScript(slowJob, ["stop"], interrupting(2, 5));
    expect(exitCode).to.equal(130);
    expect(stderr).to.include("--resume run-7");
  });
});
