import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { loadBenchConfig, type LoadedConfig } from "../../../src/config/bench-config.js";
import { hasReadings } from "../../../src/record/offset-correction.js";
import { runBench } from "../../../src/run/run.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

/** A bench whose chip has large ADC offsets and nothing else, so that the correction is all there is to see. */
function bench(folder: string, data: string): LoadedConfig {
  const root = packageRoot();
  const chip = {
    format: "nas4cim-chip",
    version: 1,
    chipId: "skewed",
    source: "a test",
    chipSeed: 5,
    adcOffsetSigmaSteps: 2,
    readNoiseSigmaLevels: 0.5,
  };
  writeFileSync(join(folder, "chip.json"), JSON.stringify(chip));
  const config = {
    macros: {
      skewed: { driver: "simulator", calibration: "." },
      few: { driver: "simulator", calibration: ".", options: { arrays: 5, shiftAdd: false } },
      tape: { driver: "replay", options: { trace: "chip.trace" } },
      ideal: { driver: "simulator" },
    },
    data: { "fashion-mnist": data },
    defaults: {
      subject: "skewed",
      reference: "ideal",
      network: join(root, "fixtures", "networks", "fashion-mnist-accuracy-first"),
      images: 100,
    },
  };
  const path = join(folder, "bench.config.json");
  writeFileSync(path, JSON.stringify(config));
  return loadBenchConfig(path);
}

describe("the correction of ADC offsets in a run", function () {
  const newFolder = temporaryFolder();
  this.timeout(60_000);

  itWithFashionMnist("brings a skewed chip back, tells the row without it, and its readings", async (data) => {
    const config = bench(newFolder(), data);
    const { document } = await runBench({ config }, {});
    const { subject, reference, without } = document.offsetCorrection!;
    if (!hasReadings(subject) || !hasReadings(reference)) throw new Error("no readings");
    expect(subject.rmsSteps).to.be.within(1.7, 2.3);
    expect(subject.residualSteps).to.be.within(0.02, 0.06);
    expect(reference.rmsSteps).to.equal(0);
    expect(subject.adcs).to.equal(subject.tiles.reduce((sum, { codeSums }) => sum + codeSums.length, 0));
    expect(subject.tiles.map(({ tile }) => tile)).to.deep.equal(document.tiles.map(({ tile }) => tile));
    expect(without).to.deep.include({ images: 100, corrected: document.accuracies.subject });
    expect(document.accuracy.subject).to.be.greaterThan(0.85);
    expect(without!.uncorrected.fraction).to.be.lessThan(document.accuracy.subject - 0.2);

    const left = await runBench({ config, offsetCorrection: false }, {});
    expect(left.document.offsetCorrection).to.equal(undefined);
    expect(left.document.accuracies.subject).to.deep.equal(without!.uncorrected);
    expect(left.document.layers, "codes are compared as they are").to.deep.equal(document.layers);
  });

  itWithFashionMnist("works in rounds, where the host adds the planes, as at once", async (data) => {
    const config = bench(newFolder(), data);
    const { document } = await runBench({ config, subject: "few", reference: "few", images: 30 }, {});
    expect(document.hardware.rounds).to.equal(3);
    expect(document.accuracy.subject).to.be.greaterThan(0.8);
    expect(document.offsetCorrection!.without!.uncorrected.fraction).to.be.lessThan(document.accuracy.subject - 0.2);
  });

  itWithFashionMnist("is in a recording, and said to be missing from one that holds no readings", async (data) => {
    const folder = newFolder();
    const config = bench(folder, data);
    const live = await runBench({ config, images: 12, recordPath: join(folder, "chip.trace") }, {});
    const replayed = await runBench({ config, images: 12, subject: "tape" }, {});
    expect(replayed.document.offsetCorrection).to.deep.equal(live.document.offsetCorrection);
    expect(replayed.document.accuracy).to.deep.equal(live.document.accuracy);

    const without = { offsetCorrection: false, recordPath: join(folder, "chip.trace") };
    const uncorrected = await runBench({ config, images: 12, ...without }, {});
    const old = await runBench({ config, images: 12, subject: "tape" }, {});
    expect(old.document.offsetCorrection!.subject).to.deep.equal({
      absent: "the recording holds no readings of an input of zero",
    });
    expect(old.document.offsetCorrection!.without).to.equal(undefined);
    expect(old.document.accuracy).to.deep.equal(uncorrected.document.accuracy);
  });
});
