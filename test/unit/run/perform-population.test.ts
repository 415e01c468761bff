import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { loadBenchConfig, type LoadedConfig } from "../../../src/config/bench-config.js";
import type { RunDocument } from "../../../src/record/run-document.js";
import { runBench } from "../../../src/run/run.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

function bench(folder: string, data: string): LoadedConfig {
  const root = packageRoot();
  const calibration = join(root, "calibration", "vc-0001", "2026-11-23");
  const config = {
    macros: {
      chip: { driver: "simulator", calibration },
      other: { driver: "simulator", calibration: "." },
      few: { driver: "simulator", calibration, options: { arrays: 5 } },
      ideal: { driver: "simulator" },
      tape: { driver: "replay", options: { trace: "chip.trace" } },
    },
    data: { "fashion-mnist": data },
    defaults: {
      subject: "chip",
      reference: "ideal",
      network: join(root, "fixtures", "networks", "fashion-mnist-edp-first"),
      images: 60,
    },
  };
  const path = join(folder, "bench.config.json");
  writeFileSync(path, JSON.stringify(config));
  return loadBenchConfig(path);
}

const size = { chips: 3, writings: 2 };

function determined(document: RunDocument): unknown {
  const { timing: _timing, run, ...rest } = document;
  return { ...rest, result: run.resultHash };
}

describe("a run over several chips", function () {
  const newFolder = temporaryFolder();
  this.timeout(120_000);

  itWithFashionMnist("has the subject as its first chip's first writing, and others beside it", async (data) => {
    const config = bench(newFolder(), data);
    const { document } = await runBench({ config, ...size }, {});
    const population = document.population!;
    expect(population).to.include({ chips: 3, writings: 2, images: 60 });
    expect(population.byChip.map(({ chipId }) => chipId)).to.deep.equal(["vc-0001", "vc-0001#1", "vc-0001#2"]);
    expect(population.byChip[0].correct[0]).to.equal(document.accuracies.subject.correct);
    expect(population.byChip[0].predictionHashes[0]).to.equal(document.predictionHashes?.subject);
    const all = population.byChip.flatMap(({ correct }) => correct);
    expect(population.mean).to.be.closeTo(all.reduce((sum, each) => sum + each, 0) / (6 * 60), 1e-12);
    const hashes = population.byChip.flatMap(({ predictionHashes }) => predictionHashes);
    expect(new Set(hashes).size, "every writing answers otherwise").to.equal(6);

    // Everything but the population is the run of the one chip.
    const { document: alone } = await runBench({ config }, {});
    expect(alone.population).to.equal(undefined);
    expect({ ...document, population: undefined, run: alone.run, timing: alone.timing }).to.deep.equal({
      ...alone,
      population: undefined,
    });
    // A second writing is the chip's under another seed.
    const { document: rewritten } = await runBench({ config, seed: 2, images: 60 }, {});
    expect(population.byChip[0].correct[1]).to.be.within(0, 60);
    expect(rewritten.run.resultHash).to.not.equal(alone.run.resultHash);
  });

  itWithFashionMnist("goes on where it was interrupted, and ends with the same bytes", async (data) => {
    const config = bench(newFolder(), data);
    const job = { config, ...size, subject: "few", reference: "few", images: 30 };
    const whole = await runBench(job, {});
    expect(whole.document.hardware.rounds).to.equal(3);
    for (const at of ["chip 1 of 3, writing 2", "chip 3 of 3, writing 1"]) {
      const controller = new AbortController();
      const { context } = await expectNasRejection(
        "NAS_INTERRUPTED",
        runBench(job, {
          signal: controller.signal,
          // In the second of three rounds.
          progress: ({ label }) => label.startsWith(`${at} of 2, round 2`) && controller.abort(),
        }),
      );
      const resumed = await runBench({ config, resume: context.runId as string }, {});
      expect(determined(resumed.document)).to.deep.equal(determined(whole.document));
    }
  });

  itWithFashionMnist("is refused before any work where no other chips can be had", async (data) => {
    const folder = newFolder();
    const config = bench(folder, data);
    const refused = await expectNasRejection(
      "NAS_MACRO_DRIVER_OPTIONS",
      runBench({ config, ...size, subject: "ideal" }, {}),
    );
    expect(refused.message).to.contain("no calibration");
    const recorded = { config, ...size, recordPath: join(folder, "chip.trace") };
    expect((await expectNasRejection("NAS_CONFIG_INVALID", runBench(recorded, {}))).message).to.contain("one chip");
    await runBench({ config, images: 12, recordPath: join(folder, "chip.trace") }, {});
    const tape = await expectNasRejection(
      "NAS_MACRO_DRIVER_OPTIONS",
      runBench({ config, ...size, subject: "tape", images: 12 }, {}),
    );
    expect(tape.message).to.contain('"replay"');
  });
});
