import { expect } from "chai";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openStore } from "../../../src/store/store.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { stepBytes, stepKey } from "../../support/sample-record.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const writer = fileURLToPath(new URL("../../support/step-writer.js", import.meta.url));

describe("store, with processes that are killed", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();

  /** Starts a writer and reads what it acknowledges until `enough` says so; gives the last number. */
  async function readUntil(child: ChildProcess, enough: (number: number) => boolean): Promise<number> {
    if (child.stdout === null) expect.fail("no stdout");
    for await (const line of createInterface(child.stdout)) if (enough(Number(line))) return Number(line);
    expect.fail("the writer ended early");
  }

  function start(runs: string, id: string, ...more: string[]): ChildProcess {
    return spawn(process.execPath, [writer, runs, id, ...more], { stdio: ["ignore", "pipe", "inherit"] });
  }

  it("keeps every acknowledged step through five kills, and the next process takes the run up", async () => {
    const runs = join(folder(), "killed");
    let acknowledged = -1;
    for (let round = 0; round < 5; round++) {
      const child = start(runs, "killed");
      const from = acknowledged;
      // All lines count, those still in the pipe when the kill comes included.
      child.stdout?.on("data", (lines: Buffer) => {
        acknowledged = Number(lines.toString().trim().split("\n").at(-1));
        if (acknowledged >= from + 10 + round * 7) child.kill("SIGKILL");
      });
      const [, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
      expect(signal).equal("SIGKILL");

      using store = openStore(runs);
      expect(store.getRun("killed").status).equal("interrupted");
      const keys = store.stepKeys("killed", "infer");
      expect(keys.length).at.least(acknowledged + 1);
      keys.forEach((key, number) => {
        expect(key).equal(stepKey(number));
        const step = store.loadStep("killed", "infer", key);
        expect(step?.json).deep.equal({ number });
        expect(Buffer.from(stepBytes(number)).equals(step?.blobs.predictions ?? Buffer.alloc(0))).equal(true);
      });
      // What was written but not acknowledged may be there too: the next writer goes on behind it.
      acknowledged = keys.length - 1;
    }
    expect(acknowledged).at.least(50);
  });

  it("refuses a run that a live process works on, and gives it once that process is gone", async () => {
    const runs = join(folder(), "held");
    const child = start(runs, "held");
    await readUntil(child, (number) => number >= 3);
    using store = openStore(runs);
    expect(store.getRun("held").status).equal("running");
    expect(store.listRuns()[0].status).equal("running");
    const refusal = expectNasError("NAS_RUN_RESUME", () => store.claimRun("held"));
    expect(refusal.context.processId).equal(child.pid);
    expectNasError("NAS_RUN_RESUME", () => store.saveStep("held", "infer", "x", {}, 0));
    expectNasError("NAS_RUN_RESUME", () => store.setStatus("held", "failed"));

    child.kill("SIGKILL");
    await once(child, "close");
    expect(store.claimRun("held")).include({ status: "running" });
    expect(store.getRun("held").claim?.processId).equal(process.pid);
  });

  it("lets several processes make one store at once", async () => {
    const runs = join(folder(), "together");
    const children = Array.from({ length: 6 }, (_, index) => start(runs, `run-${index}`, "5"));
    const codes = await Promise.all(children.map(async (child) => ((await once(child, "exit")) as [number | null])[0]));
    expect(codes).deep.equal(new Array(6).fill(0));
    using store = openStore(runs);
    expect(store.listRuns()).length(6);
    for (const { id, status } of store.listRuns()) {
      expect(store.stepKeys(id, "infer")).length(5);
      expect(status).equal("interrupted");
    }
  });
});
