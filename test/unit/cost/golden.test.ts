import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { packageRoot } from "../../../src/base/paths.js";
import { checkGolden, goldenTolerance, recompute } from "../../../src/cost/check-golden.js";
import { parseGoldenFile } from "../../../src/cost/golden-file.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const path = join(packageRoot(), "fixtures", "cost", "golden", "mnsim-2.0-ca39ccb.json.gz");
const raw = JSON.parse(gunzipSync(readFileSync(path)).toString("utf8")) as {
  runs: Record<string, unknown>[];
  sim_config_overrides: Record<string, Record<string, unknown>>;
};

describe("the golden runs of MNSIM 2.0", () => {
  const folder = temporaryFolder();

  it("come out again, every figure of all 30 runs, within 1e-9", () => {
    const differences = checkGolden(path);
    expect(differences.filter(({ largestRelative }) => largestRelative > goldenTolerance)).to.deep.equal([]);
    const count = (quantity: string) => differences.find((difference) => difference.quantity === quantity)?.count;
    expect(count("latency_ms")).to.equal(30);
    // In each of 578 layers 16 times, 13 powers and 13 energies with their totals.
    expect(count("layers.finish_ns")).to.equal(578);
    const groups = ["latency_ns", "power_W", "energy_nJ"].map(
      (group) => differences.filter(({ quantity }) => quantity.startsWith(`layers.${group}.`)).length,
    );
    expect(groups).to.deep.equal([16, 14, 14]);
  });

  it("show the run and figure that differs", () => {
    const run = structuredClone(raw.runs[0]) as { energy_mJ: number; layers: { energy_nJ: { ADC: number } }[] };
    run.energy_mJ *= 1 + 3e-9;
    run.layers[7].energy_nJ.ADC += 1;
    const file = join(folder(), "runs.json");
    writeFileSync(file, JSON.stringify({ ...raw, runs: [raw.runs[1], run] }));
    const bad = checkGolden(file).filter(({ largestRelative }) => largestRelative > goldenTolerance);
    expect(bad.map(({ quantity }) => quantity)).to.have.members(["energy_mJ", "layers.energy_nJ.ADC"]);
    expect(bad[0].at).to.contain("resnet20, isaac_ima, 9/9 bit, pipelined");
    expect(bad.find(({ quantity }) => quantity === "energy_mJ")?.largestRelative).to.be.closeTo(3e-9, 1e-11);
  });

  it("follow settings that the file gives", () => {
    const overrides = { isaac_ima: { ...raw.sim_config_overrides.isaac_ima, Inter_Tile_Bandwidth: "100" } };
    const file = { ...raw, sim_config_overrides: overrides, runs: [raw.runs[0]] };
    const [parsed] = parseGoldenFile(file, "runs.json");
    expect(recompute(parsed).edp).to.be.closeTo(3.6, 0.005);
  });

  it("are refused with a setting or layer that the model does not know", () => {
    const strange = { ...raw, sim_config_overrides: { isaac_ima: { Xbar_Siez: "128,128" } }, runs: [raw.runs[0]] };
    expect(expectNasError("NAS_COST_GOLDEN", () => parseGoldenFile(strange, "runs.json")).message).to.contain(
      "Xbar_Siez",
    );
    const layers = structuredClone(raw.runs[0].layers) as { type: string }[];
    layers[3].type = "lstm";
    const other = { ...raw, runs: [{ ...raw.runs[0], layers }] };
    expect(expectNasError("NAS_COST_GOLDEN", () => parseGoldenFile(other, "runs.json")).message).to.contain(
      "runs[0].layers[3].type",
    );
  });
});
