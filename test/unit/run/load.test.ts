import { expect } from "chai";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { calibrationImages, loadInputs } from "../../../src/run/load.js";
import type { MacroChoice, RunConfiguration } from "../../../src/run/run-request.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { randomTensors, smallDescription, writeNetwork } from "../../support/small-network.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const macro: MacroChoice = { name: "ideal", driver: "simulator", options: {}, configFolder: "/" };

function configuration(dataPath: string, networkFolder: string): RunConfiguration {
  return {
    configPath: "/bench.config.json",
    subject: macro,
    reference: macro,
    networkFolder,
    dataset: "fashion-mnist",
    dataPath,
    images: "smoke",
    seed: 1,
    limits: {},
  };
}

describe("loadInputs", () => {
  const folder = temporaryFolder();

  itWithFashionMnist(
    "loads the network, the images asked for and training images of every class to calibrate on",
    async (path) => {
      const network = join(packageRoot(), "fixtures/networks/fashion-mnist-accuracy-first");
      const { stored, images, wholeSetFingerprint, calibration } = await loadInputs(configuration(path, network), {});
      expect(stored.description.name).to.equal("fashion-mnist-accuracy-first");
      expect([images.split, images.count]).to.deep.equal(["test", 100]);
      expect(wholeSetFingerprint).to.equal(stored.description.provenance.float!.testSetFingerprint);
      expect(images.fingerprint).to.not.equal(wholeSetFingerprint);
      expect([calibration.split, calibration.count]).to.deep.equal(["train", calibrationImages]);
      expect(new Set(calibration.labels).size).to.equal(10);
    },
  );

  it("refuses a network that tells another number of classes apart, before it looks for images", async () => {
    const description = smallDescription();
    description.input = { ...description.input, height: 28, width: 28 };
    description.nodes = description.nodes.map((node) => (node.op === "fc" ? { ...node, outFeatures: 7 } : node));
    const network = writeNetwork(join(folder(), "seven"), description, randomTensors(description, 1));
    const error = await expectNasRejection("NAS_NETWORK_MISMATCH", loadInputs(configuration("nowhere", network), {}));
    expect(error.message).to.equal('network "small" tells 7 classes apart, fashion-mnist has 10');
  });

  it("refuses images that the network's input has no room for, before it looks for them", async () => {
    const network = writeNetwork(join(folder(), "eight"), smallDescription(), randomTensors(smallDescription(), 1));
    const error = await expectNasRejection("NAS_NETWORK_MISMATCH", loadInputs(configuration("nowhere", network), {}));
    expect(error.message).to.include("28 × 28 × 1").and.to.include("8 × 8 × 2");
  });

  it("looks at the network before it loads images", async () => {
    const missing = configuration(join(folder(), "no images"), join(folder(), "no network"));
    await expectNasRejection("NAS_NETWORK_NOT_FOUND", loadInputs(missing, {}));
  });
});
