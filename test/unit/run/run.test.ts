import { expect } from "chai";
import { execFile, spawn } from "node:child_process";
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { packageRoot } from "../../../src/base/paths.js";
import { loadBenchConfig, type LoadedConfig } from "../../../src/config/bench-config.js";
import type { RunDocument } from "../../../src/record/run-document.js";
import { openStore } from "../../../src/store/store.js";
import { runBench } from "../../../src/run/run.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { residualNetwork, residualPlan } from "../../support/residual-network.js";
import { writeNetwork } from "../../support/small-network.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

/** Everything that must not depend on when, where, under which id and how fast a run was made. */
function determined(document: RunDocument): unknown {
  const { run, timing: _timing, ...rest } = document;
  const { id: _id, startedAt: _startedAt, host: _host, ...provenance } = run;
  return { ...rest, run: provenance };
}

/** The measured part: what a replay must repeat, though another macro gave it. */
function measured({ accuracy, difference, agreement, confusion, layers, tiles, hardware }: RunDocument): unknown {
  return { accuracy, difference, agreement, confusion, layers, tiles, hardware };
}

function bench(folder: string, data: string, macros: Record<string, unknown> = {}): LoadedConfig {
  const path = join(folder, "bench.config.json");
  const root = packageRoot();
  const calibration = join(root, "calibration", "vc-0001", "2026-11-23");
  const config = {
    macros: { "virtual-chip": { driver: "simulator", calibration }, ideal: { driver: "simulator" }, ...macros },
    data: { "fashion-mnist": data },
    defaults: {
      subject: "virtual-chip",
      reference: "ideal",
      network: join(root, "fixtures", "networks", "fashion-mnist-accuracy-first"),
      images: 12,
    },
  };
  writeFileSync(path, JSON.stringify(config));
  return loadBenchConfig(path);
}

describe("runBench", function () {
  const newFolder = temporaryFolder();
  this.timeout(180_000);

  itWithFashionMnist("gives the same document again, whatever the number of threads", async (data) => {
    const config = bench(newFolder(), data);
    const first = await runBench({ config, threads: 1 }, {});
    const second = await runBench({ config, threads: 3 }, {});
    expect(determined(second.document)).to.deep.equal(determined(first.document));
    expect(second.document.run.id).to.not.equal(first.document.run.id);
    expect(readFileSync(first.reportPath, "utf8")).to.contain("fashion-mnist-accuracy-first");
    const other = await runBench({ config, seed: 2 }, {});
    expect(other.document.layers[0].codes.rmseLsb).to.not.equal(first.document.layers[0].codes.rmseLsb);
  });

  itWithFashionMnist("loses nothing on an ideal macro whose ADC range covers the sums", async (data) => {
    const config = bench(newFolder(), data, { wide: { driver: "simulator", options: { adcBits: 12 } } });
    const { document } = await runBench({ config, subject: "wide", reference: "wide", images: 40 }, {});
    expect(document.accuracy.reference).to.deep.equal(document.accuracy.integer);
    expect(document.agreement.share).to.equal(1);
    for (const layer of document.layers) {
      expect(layer.codes.rmseLsb).to.equal(0);
      expect(layer.clippedShare).to.deep.equal({ subject: 0, reference: 0 });
      expect(new Set(layer.adcStepLevels)).to.deep.equal(new Set([1]));
    }
  });

  itWithFashionMnist("gives the same figures on a macro that takes the network in rounds", async (data) => {
    const config = bench(newFolder(), data, {
      one: { driver: "simulator", options: { arrays: 1 } },
      four: { driver: "simulator", options: { arrays: 4, shiftAdd: false } },
    });
    const whole = await runBench({ config, subject: "ideal" }, {});
    expect(whole.document.hardware.rounds).to.equal(1);
    for (const [name, rounds] of [
      ["one", 13],
      ["four", 4],
    ] as const) {
      const { document } = await runBench({ config, subject: name, reference: name }, {});
      expect(document.hardware.rounds).to.equal(rounds);
      expect(document.accuracy).to.deep.equal(whole.document.accuracy);
      expect(document.layers).to.deep.equal(whole.document.layers);
      expect(document.confusion).to.deep.equal(whole.document.confusion);
    }
  });

  itWithFashionMnist(
    "takes a residual network, in one round and in many, to what exact integers give",
    async (data) => {
      const folder = newFolder();
      const plan = { ...residualPlan, side: 28, classes: 10 };
      const { description, tensors } = residualNetwork(22, plan);
      const network = writeNetwork(join(folder, "network"), description, tensors);
      const options = { adcBits: 12, arrayRows: 32, arrayColumns: 16 };
      const config = bench(folder, data, {
        whole: { driver: "simulator", options: { ...options, arrays: 64 } },
        one: { driver: "simulator", options: { ...options, arrays: 1 } },
        three: { driver: "simulator", options: { ...options, arrays: 3, shiftAdd: false } },
      });
      // Two batches, which are cut out of what waits between rounds.
      const run = (name: string) => runBench({ config, network, subject: name, reference: name, images: 30 }, {});
      const whole = await run("whole");
      expect(whole.document.hardware.rounds).to.equal(1);
      expect(whole.document.accuracy.subject).to.deep.equal(whole.document.accuracy.integer);
      const predicted = whole.document.confusion.subject.reduce((sum, row) =>
        sum.map((each, label) => each + row[label]),
      );
      expect(predicted.filter((count) => count > 0).length, "classes that are predicted").to.be.greaterThan(2);
      expect(whole.document.layers.map(({ id }) => id)).to.deep.equal([
        ...["stem", "b0.one", "b0.two", "b1.one", "b1.two", "b1.short", "classes"],
      ]);
      expect(whole.document.layers.every(({ codes }) => codes.rmseLsb === 0)).to.equal(true);
      for (const name of ["one", "three"]) {
        const { document } = await run(name);
        expect(document.hardware.rounds, name).to.be.greaterThan(4);
        expect(document.accuracy).to.deep.equal(whole.document.accuracy);
        expect(document.confusion).to.deep.equal(whole.document.confusion);
        expect(document.layers).to.deep.equal(whole.document.layers);
      }
    },
  );

  itWithFashionMnist("repeats a run from its recording", async (data) => {
    const folder = newFolder();
    const trace = join(folder, "chip.trace");
    const config = bench(folder, data, { tape: { driver: "replay", options: { trace: "chip.trace" } } });
    const live = await runBench({ config, recordPath: trace }, {});
    const bytes = readFileSync(trace);
    const replayed = await runBench({ config, subject: "tape" }, {});
    expect(measured(replayed.document)).to.deep.equal(measured(live.document));
    expect(replayed.document.run.subject.kind).to.equal("recording");
    await runBench({ config, recordPath: trace }, {});
    expect(readFileSync(trace).equals(bytes), "a second recording has the same bytes").to.equal(true);
    await expectNasRejection("NAS_MACRO_REPLAY", runBench({ config, subject: "tape", images: 13 }, {}));
  });

  itWithFashionMnist("goes on where it was interrupted, and ends with the same bytes", async (data) => {
    const config = bench(newFolder(), data);
    const whole = await runBench({ config, images: 620 }, {});
    for (const [label, at] of [
      ["comparing codes", 50],
      ["subject", 505],
    ] as const) {
      const controller = new AbortController();
      const stopped = await expectNasRejection(
        "NAS_INTERRUPTED",
        runBench(
          { config, images: 620 },
          {
            signal: controller.signal,
            progress: (event) => {
              if (event.label === label && event.done >= at) controller.abort();
            },
          },
        ),
      );
      const runId = stopped.context.runId as string;
      expect(stopped.hint).to.contain(`--resume ${runId}`);
      const seen = new Set<string>();
      const resumed = await runBench({ config, resume: runId }, { progress: ({ label: step }) => seen.add(step) });
      expect(determined(resumed.document)).to.deep.equal(determined(whole.document));
      if (label === "subject") expect([...seen]).to.not.include.members(["integer", "comparing codes", "reference"]);
      await expectNasRejection("NAS_RUN_RESUME", runBench({ config, resume: runId }, {}));
    }
  });

  itWithFashionMnist(
    "ends by a driver's own error in its name, and goes on when the driver is mended",
    async (data) => {
      const folder = newFolder();
      const fuse = join(folder, "fuse");
      const simulator = JSON.stringify(pathToFileURL(join(packageRoot(), "dist/drivers/simulator/index.js")).href);
      writeFileSync(
        join(folder, "flaky.mjs"),
        `import { existsSync } from "node:fs";
       import simulator from ${simulator};
       export default { id: "flaky", contract: 2, async open(request) {
         const macro = await simulator.open({ ...request, options: {} });
         const compute = macro.compute.bind(macro);
         let left = 20;
         macro.compute = (...call) => {
           if (existsSync(request.options.fuse) && left-- === 0) throw new TypeError("the driver tripped");
           return compute(...call);
         };
         return macro;
       } };`,
      );
      const config = bench(folder, data, { flaky: { driver: "./flaky.mjs", options: { fuse } } });
      const { document: whole } = await runBench({ config, subject: "flaky" }, {});
      writeFileSync(fuse, "");
      const error = await expectNasRejection("NAS_MACRO_CALL_FAILED", runBench({ config, subject: "flaky" }, {}));
      expect(error.message).to.match(/macro simulator:ideal failed in compute on array \d+: the driver tripped/);
      expect(error.exitCode).to.equal(4);
      rmSync(fuse);
      const { document } = await runBench({ config, resume: "latest" }, {});
      expect(document.run.resultHash).to.equal(whole.run.resultHash);
    },
  );

  itWithFashionMnist("takes a thousand threads for as many as the machine bears, and says so", async (data) => {
    const config = bench(newFolder(), data);
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    const { document } = await runBench({ config, images: 5, threads: 1000 }, { log });
    expect(lines.join("\n")).to.contain("threads instead of 1000");
    const { document: one } = await runBench({ config, images: 5, threads: 1 }, {});
    expect(document.run.resultHash).to.equal(one.run.resultHash);
  });

  itWithFashionMnist("survives being killed at any moment", async (data) => {
    const folder = newFolder();
    const config = bench(folder, data);
    const whole = await runBench({ config, images: 510 }, {});
    const command = join(packageRoot(), "bin", "nas4cim.js");
    const since = new Date().toISOString();
    for (const waitMs of [0, 700]) {
      const child = spawn(process.execPath, [command, "run", "--config", config.path, "--images", "510"], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      // The first line on stderr names the run: from then on it is in the record.
      await new Promise((resolve) => child.stderr.once("data", resolve));
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      child.kill("SIGKILL");
      await new Promise((resolve) => child.on("close", resolve));
    }
    using store = openStore(config.storeFolder);
    const killed = store.listRuns().filter(({ status, startedAt }) => status === "interrupted" && startedAt >= since);
    expect(killed.length).to.be.at.least(1);
    for (const { id } of killed) {
      const resumed = await runBench({ config, resume: id }, {});
      expect(determined(resumed.document)).to.deep.equal(determined(whole.document));
    }
  });

  describe("resuming", () => {
    let made = 0;

    /** A bench of its own folder, with copies of network and calibration that may be changed. */
    function ownBench(data: string, change: object = {}): LoadedConfig {
      const folder = join(newFolder(), `bench-${made++}`);
      const root = packageRoot();
      cpSync(join(root, "calibration/vc-0001/2026-11-23"), join(folder, "chip"), { recursive: true });
      cpSync(join(root, "fixtures/networks/fashion-mnist-edp-first"), join(folder, "network"), { recursive: true });
      return reconfigure(folder, data, change);
    }

    /** The bench's config written anew. */
    function reconfigure(folder: string, data: string, change: object = {}): LoadedConfig {
      const path = join(folder, "bench.config.json");
      const config = {
        macros: { chip: { driver: "simulator", calibration: "chip" }, ideal: { driver: "simulator" } },
        data: { "fashion-mnist": data },
        defaults: { subject: "chip", reference: "ideal", network: "network", images: 12 },
        ...change,
      };
      writeFileSync(path, JSON.stringify(config));
      return loadBenchConfig(path);
    }

    /** Starts a run and stops it before the reference's images; gives its id. */
    async function stopped(config: LoadedConfig): Promise<string> {
      const controller = new AbortController();
      const progress = ({ label }: { label: string }) => label === "reference" && controller.abort();
      const error = await expectNasRejection(
        "NAS_INTERRUPTED",
        runBench({ config }, { signal: controller.signal, progress }),
      );
      return error.context.runId as string;
    }

    function edit(path: string, change: object): void {
      writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, "utf8")) as object), ...change }));
    }

    const chip = { driver: "simulator", calibration: "chip", options: { adcBits: 9 } };
    const adcBits = { macros: { chip, ideal: { driver: "simulator" } } };
    const changes: [what: string, change: (config: LoadedConfig, data: string) => LoadedConfig | void][] = [
      ["the network", ({ folder }) => edit(join(folder, "network/network.json"), { name: "another" })],
      ["the subject's calibration", ({ folder }) => edit(join(folder, "chip/chip.json"), { readNoiseSigmaLevels: 8 })],
      ["the subject's options", ({ folder }, data) => reconfigure(folder, data, adcBits)],
    ];
    for (const [what, change] of changes) {
      itWithFashionMnist(`is refused where ${what} changed, by name`, async (data) => {
        const config = ownBench(data);
        const resume = await stopped(config);
        const changed = change(config, data) ?? config;
        const error = await expectNasRejection("NAS_RUN_RESUME", runBench({ config: changed, resume }, {}));
        expect(error.message).to.contain(`cannot go on: ${what} changed`);
        expect(openStore(config.storeFolder).getRun(resume).status).to.equal("failed");
      });
    }

    itWithFashionMnist("is refused with what the run has fixed, by name, and takes the same again", async (data) => {
      const config = ownBench(data);
      const resume = await stopped(config);
      const wanted = { config, resume, images: 7, seed: 9, recordPath: join(config.folder, "a.trace") };
      const error = await expectNasRejection("NAS_RUN_RESUME", runBench(wanted, {}));
      expect(error.message).to.contain("images 12, seed 1").and.to.contain("--images, --seed, --record");
      const { document } = await runBench({ config, resume, images: 12, seed: 1, subject: "chip" }, {});
      expect(document.images).to.equal(12);
    });

    itWithFashionMnist(
      "goes on in a folder that moved, with limits that were corrected, to the same hash",
      async (data) => {
        const config = ownBench(data, { limits: { "accuracy.subjct": { min: 0.1 } } });
        const misspelt = await expectNasRejection("NAS_CONFIG_INVALID", runBench({ config }, {}));
        expect(misspelt.hint).to.contain("accuracy.subject");
        expect(openStore(config.storeFolder).listRuns(), "nothing was begun").to.deep.equal([]);

        const resume = await stopped(reconfigure(config.folder, data));
        const moved = `${config.folder}-moved`;
        renameSync(config.folder, moved);
        const limits = { "accuracy.subject": { min: 0.1 }, "agreement.share": { max: 0 } };
        const corrected = reconfigure(moved, data, { limits });
        const { document, measurements } = await runBench({ config: corrected, resume }, {});
        expect(measurements.filter(({ verdict }) => verdict !== "none").map(({ verdict }) => verdict)).to.deep.equal([
          ...["pass", "fail"],
        ]);
        const elsewhere = await runBench({ config: ownBench(data) }, {});
        expect(document.run.resultHash).to.equal(elsewhere.document.run.resultHash);
      },
    );
  });

  itWithFashionMnist("is in the store from its first moment", async (data) => {
    const config = bench(newFolder(), data);
    const controller = new AbortController();
    controller.abort();
    const error = await expectNasRejection("NAS_INTERRUPTED", runBench({ config }, { signal: controller.signal }));
    const resume = error.context.runId as string;
    expect(openStore(config.storeFolder).getRun(resume)).to.include({ status: "interrupted" });
    expect(openStore(config.storeFolder).getRun(resume)).to.not.have.property("contents");
    const { document } = await runBench({ config, resume }, {});
    expect(document.run.id).to.equal(resume);
  });

  itWithFashionMnist("prints one JSON document on stdout, and nothing else", async (data) => {
    const config = bench(newFolder(), data);
    const command = join(packageRoot(), "bin", "nas4cim.js");
    const { stdout } = await promisify(execFile)(process.execPath, [command, "run", "--config", config.path, "--json"]);
    const document = JSON.parse(stdout) as RunDocument;
    expect(document.format).to.equal("nas4cim-run");
    expect(document.images).to.equal(12);
    expect(document.accuracy.subject).to.be.within(0, 1);
  });
});
