import { expect } from "chai";
import { join, resolve } from "node:path";
import { parseBenchConfig, type LoadedConfig } from "../../../src/config/bench-config.js";
import { resolveRequest } from "../../../src/run/resolve-request.js";
import { expectNasError } from "../../support/expect-nas-error.js";

const folder = resolve("/bench");

function loaded(change: object = {}): LoadedConfig {
  const text = JSON.stringify({
    macros: {
      chip: { driver: "./board.js", options: { port: "COM3", pins: [1, 2] }, calibration: "calibration/c1" },
      ideal: { driver: "simulator" },
    },
    data: { "fashion-mnist": "../images" },
    defaults: { subject: "chip", reference: "ideal", network: "networks/one", images: "ci", seed: 7 },
    limits: { "accuracy.subject": { min: 0.9 } },
    ...change,
  });
  const path = join(folder, "bench.config.json");
  return {
    config: parseBenchConfig(text, path),
    path,
    folder,
    storeFolder: join(folder, "runs"),
    resolve: (inner) => resolve(folder, inner),
  };
}

describe("resolveRequest", () => {
  it("takes everything from the config's defaults, with absolute paths", () => {
    expect(resolveRequest({ config: loaded() })).to.deep.equal({
      configPath: join(folder, "bench.config.json"),
      subject: {
        name: "chip",
        driver: "./board.js",
        options: { port: "COM3", pins: [1, 2] },
        calibration: join(folder, "calibration/c1"),
        configFolder: folder,
      },
      reference: { name: "ideal", driver: "simulator", options: {}, configFolder: folder },
      networkFolder: join(folder, "networks/one"),
      dataset: "fashion-mnist",
      dataPath: resolve("/images"),
      images: "ci",
      seed: 7,
      offsetCorrection: true,
      limits: { "accuracy.subject": { min: 0.9 } },
    });
  });

  it("takes chips only where they are asked for, each written twice unless told", () => {
    const config = loaded();
    expect(resolveRequest({ config, chips: 8 }).population).to.deep.equal({ chips: 8, writings: 2 });
    expect(resolveRequest({ config, chips: 3, writings: 4 }).population).to.deep.equal({ chips: 3, writings: 4 });
    expect(resolveRequest({ config, offsetCorrection: false }).offsetCorrection).to.equal(false);
  });

  it("prefers what is asked; a path that was typed begins in the working folder", () => {
    const asked = {
      subject: "ideal",
      reference: "chip",
      network: "here/net",
      dataset: "cifar-10",
      images: 12,
      seed: 0,
    };
    const { subject, reference, networkFolder, dataset, images, seed } = resolveRequest({ config: loaded(), ...asked });
    expect([subject.name, reference.name]).to.deep.equal(["ideal", "chip"]);
    expect(networkFolder).to.equal(join(process.cwd(), "here/net"));
    expect({ dataset, images, seed }).to.deep.equal({ dataset: "cifar-10", images: 12, seed: 0 });
  });

  it("leaves out what nobody says: limits, the folder of another data set", () => {
    const configuration = resolveRequest({ config: loaded({ limits: undefined }), dataset: "cifar-10" });
    expect(configuration.limits).to.deep.equal({});
    expect(configuration).to.not.have.property("dataPath");
  });

  it("is plain data of its own, which neither threads nor recording change", () => {
    const config = loaded();
    const configuration = resolveRequest({ config, threads: 7, recordPath: "x.trace" });
    expect(configuration).to.deep.equal(resolveRequest({ config }));
    expect(JSON.parse(JSON.stringify(configuration))).to.deep.equal(configuration);
    // The config is frozen; what is stored with a run must not be.
    configuration.subject.options.port = "COM4";
    expect(config.config.macros.chip.options).to.deep.include({ port: "COM3" });
  });

  it("names the nearest macro for one that the config does not have", () => {
    const error = expectNasError("NAS_CONFIG_INVALID", () => resolveRequest({ config: loaded(), subject: "chp" }));
    expect(error.message).to.contain('no macro "chp"').and.contain(join(folder, "bench.config.json"));
    expect(error.hint).to.equal('did you mean "chip"?');
    const far = expectNasError("NAS_CONFIG_INVALID", () => resolveRequest({ config: loaded(), reference: "toString" }));
    expect(far.hint).to.equal("its macros: chip, ideal");
  });

  it("refuses a data set that there is not", () => {
    const error = expectNasError("NAS_DATA_UNKNOWN", () =>
      resolveRequest({ config: loaded(), dataset: "fashion-mnst" }),
    );
    expect(error.hint).to.contain("fashion-mnist");
  });
});
