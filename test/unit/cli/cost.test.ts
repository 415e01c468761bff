import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { packageRoot } from "../../../src/base/paths.js";
import type { CostDocument } from "../../../src/cost/cost-document.js";
import { costText } from "../../../src/cli/text/cost-text.js";
import { graphByName } from "../../../src/cli/named-graph.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { runCommand } from "../../support/run-command.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const golden = join(packageRoot(), "fixtures/cost/golden/mnsim-2.0-ca39ccb.json.gz");

describe("nas4cim cost", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const cost = (...words: string[]) => runCommand(["cost", ...words], { cwd: folder() });
  const costJson = async (...words: string[]): Promise<CostDocument> => {
    const { exitCode, stdout, stderr } = await cost("--json", ...words);
    expect({ exitCode, stderr }).to.deep.equal({ exitCode: 0, stderr: "" });
    return JSON.parse(stdout) as CostDocument;
  };

  it("prints MNSIM's figures of ResNet-20 on the ISAAC unit beside the published ones", async () => {
    const { exitCode, stdout, stderr } = await cost();
    expect({ exitCode, stderr }).to.deep.equal({ exitCode: 0, stderr: "" });
    expect(stdout)
      .to.match(/^latency +5\.613 ms$/m)
      .and.to.match(/^energy +0\.6769 mJ$/m);
    expect(stdout)
      .to.match(/^EDP +3\.799 ms·mJ$/m)
      .and.to.match(/^area +293\.5 mm²$/m);
    expect(stdout).to.match(/^ADC +\S+ +0\.594 +87\.8 %/m);
    expect(stdout).to.match(/^ISAAC unit, pipelined +3\.80 +4\.23 +0\.898×$/m);
  });

  it("prints one document whose layers add up", async () => {
    const document = await costJson("--network", "cifar-10-balanced", "--hardware", "eight-adcs-per-array");
    expect(document).to.include({ format: "nas4cim-cost", version: 1, network: "cifar-10-balanced" });
    expect(document.edp).to.be.closeTo(document.latencyMs * document.energyMillijoule, 1e-12);
    const sum = document.layers.reduce((total, { energyNj }) => total + energyNj, 0);
    expect(sum / 1e6).to.be.closeTo(document.energyMillijoule, 1e-12);
    const area = document.layers.reduce((total, { areaMm2 }) => total + areaMm2, 0);
    expect(area).to.be.closeTo(document.areaMm2, 1e-9);
    expect(costText(document)).to.contain("8 ADCs an array, no pipeline");
  });

  it("draws layers, timeline, placement and sweep", async () => {
    const out = join(folder(), "figures");
    const { exitCode, stdout } = await cost("--sweep", "adcsPerArray=1,8", "--out", out);
    expect(exitCode).to.equal(0);
    expect(stdout)
      .to.match(/^ +1 +5\.613 .*\*$/m)
      .and.to.match(/^ +8 +1\.589 .*\*$/m);
    const drawn = (name: string) => readFileSync(join(out, `${name}.svg`), "utf8");
    for (const name of ["latency", "energy", "timeline", "placement", "sweep"]) expect(drawn(name)).to.match(/^<svg /);
    expect(drawn("timeline")).to.contain("s3b3.sum");
    expect(drawn("placement")).to.contain("s3b3.conv2 (2)");
    expect(drawn("energy")).to.contain("42.1 µJ");
  });

  it("checks golden runs: exit 0 where all agree, 1 where a figure differs", async () => {
    const good = await cost("--check", golden);
    expect(good.exitCode).to.equal(0);
    expect(good.stdout).to.contain("34,274 figures agree within 1e-9");
    const runs = JSON.parse(gunzipSync(readFileSync(golden)).toString("utf8")) as { runs: { energy_mJ: number }[] };
    runs.runs[3].energy_mJ += 1e-6;
    const file = join(folder(), "runs.json");
    writeFileSync(file, JSON.stringify(runs));
    const bad = await cost("--check", file);
    expect(bad.exitCode).to.equal(1);
    expect(bad.stdout).to.contain("resnet14_2_2_2, isaac_ima, 9/9 bit, non_pipelined: energy_mJ");
  });

  it("takes a user's macro from files, and refuses what contradicts itself", async () => {
    const part = { id: "mine", bits: 8, latencyNs: 7.8125, energyPerConversionPj: 7.8125, areaUm2: 900 };
    const components = {
      format: "nas4cim-cost-components",
      version: 1,
      name: "my-macro",
      extends: "mnsim-2.0",
      source: "measured",
      adcs: { source: "measured", technologyNm: 28, parts: [part] },
    };
    writeFileSync(join(folder(), "macro.json"), JSON.stringify(components));
    const chip = { format: "nas4cim-cost-hardware", version: 1, adc: "mine" };
    writeFileSync(join(folder(), "chip.json"), JSON.stringify(chip));
    const mine = await costJson("--hardware", "chip.json", "--components", "macro.json");
    // Half of ISAAC's 15.625 pJ: half of the 0.59444 mJ that its ADCs take.
    expect(mine.energyMillijoule).to.be.closeTo(0.6768896509 - 0.59444325 / 2, 1e-9);
    writeFileSync(join(folder(), "wrong.json"), JSON.stringify({ ...chip, dacsPerArray: 256 }));
    const refused = await cost("--hardware", "wrong.json");
    expect(refused.exitCode).to.equal(2);
    expect(refused.stderr).to.contain("NAS_COST_HARDWARE").and.to.contain("dacsPerArray is 256");
  });
});

describe("a network by name", () => {
  it("is known, published, spelled in a space, or a stored network's folder", () => {
    const stored = graphByName(join(packageRoot(), "fixtures/networks/fashion-mnist-accuracy-first"));
    const published = graphByName("fashion-mnist-accuracy-first");
    const shapes = ({ nodes }: typeof stored) =>
      nodes.map((node) => [node.op, "kernel" in node ? node.kernel : 0, "outChannels" in node ? node.outChannels : 0]);
    expect(shapes(stored)).to.deep.equal(shapes(published));
    expect(graphByName("resnet20").nodes).to.have.length(30);
    expect(graphByName("cifar-10-a:[b3][c3][b3]").nodes).to.have.length(10);
  });

  it("is refused with the nearest name", () => {
    expect(expectNasError("NAS_NETWORK_NOT_FOUND", () => graphByName("resnet-20")).hint).to.contain("resnet20");
  });
});
