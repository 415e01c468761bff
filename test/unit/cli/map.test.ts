import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { assumedBench } from "../../../src/fit/bench-facts.js";
import type { MapDocument } from "../../../src/run/map-network.js";
import { runCommand } from "../../support/run-command.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("nas4cim map", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const map = (...words: string[]) => runCommand(["map", ...words], { cwd: folder() });
  const mapJson = async (...words: string[]) => {
    const { exitCode, stdout, stderr } = await map("--json", ...words);
    expect({ exitCode, stderr }).to.deep.equal({ exitCode: 0, stderr: "" });
    return JSON.parse(stdout) as MapDocument;
  };

  it("says whether the default network fits the default macro, and what it assumed", async () => {
    const { exitCode, stdout, stderr } = await map();
    expect({ exitCode, stderr }).to.deep.equal({ exitCode: 0, stderr: "" });
    expect(stdout).to.match(/^verdict +fits: 13 tiles on 16 arrays, one round$/m);
    expect(stdout).to.match(/^conv3 +800×64 +64 +4\/4 +7 /m);
    expect(stdout).to.match(/^→ +adds the bit planes/m);
    for (const { why } of Object.values(assumedBench)) expect(stdout).to.include(why);
    expect(stdout).to.match(/^what to change against the wait for the link:$/m);
  });

  it("prints the same as one document", async () => {
    const document = await mapJson("--network", join(packageRoot(), "fixtures/networks/fashion-mnist-accuracy-first"));
    expect(document).to.include({ format: "nas4cim-map", version: 1, fitsAtOnce: true });
    expect(document.layers.map(({ tiles }) => tiles)).to.deep.equal([1, 4, 7, 1]);
    expect(document.assumed).to.have.length(Object.keys(assumedBench).length);
  });

  it("takes a named network, and the same one by space and genotype", async () => {
    const named = await mapJson("--network", "cifar-10-edp-first", "--macro", "ideal");
    const spelled = await mapJson("--network", "cifar-10-a:[b3][c3][b3]", "--macro", "ideal");
    expect(named.network).to.include({ name: "cifar-10-edp-first", parameters: 65_594, macs: 9_880_192 });
    expect(spelled.network.name).to.equal("cifar-10-a [b3][c3][b3]");
    expect(spelled.totals).to.deep.equal(named.totals);
  });

  it("says how many rounds a network takes that is larger than the macro", async () => {
    const { stdout } = await map("--network", "cifar-10-accuracy-first", "--weight-bits", "8");
    expect(stdout).to.match(/^verdict +fits in \d+ rounds: \d+ tiles on 16 arrays, \d+ arrays programmed over$/m);
    expect(stdout).to.match(/^what to change against \d+ rounds and the wait for the link:$/m);
    expect(stdout).to.match(/^ {2}a macro of \d+ arrays +holds all tiles at once/m);
  });

  it("takes every fact of the bench from its option", async () => {
    const { bench, assumed } = await mapJson(
      ...["--adc-ns", "100.5", "--adcs-per-array", "8", "--arrays-together", "--write-pulse-us", "2"],
      ...["--pulses-per-cell", "3", "--link-bytes-per-second", "3e7", "--half-duplex", "--framing-percent", "0"],
      ...["--round-trip-ms", "0", "--images", "500"],
    );
    expect(assumed).to.deep.equal([]);
    expect(bench).to.deep.equal({
      adcConversionNs: 100.5,
      adcsPerArray: 8,
      arraysTogether: true,
      writePulseMicroseconds: 2,
      pulsesPerCell: 3,
      linkBytesPerSecond: 3e7,
      linkDuplex: "half",
      framingShare: 0,
      roundTripMs: 0,
      images: 500,
    });
  });

  it("refuses a macro that could never hold a weight, with what to do", async () => {
    const config = join(folder(), "narrow.json");
    writeFileSync(
      config,
      JSON.stringify({
        macros: { narrow: { driver: "simulator", options: { arrayColumns: 8, cellBits: 1 } } },
        defaults: { subject: "narrow", reference: "narrow", network: "none" },
      }),
    );
    const words = ["--config", config, "--network", "cifar-10-balanced", "--weight-bits", "8"];
    const { exitCode, stdout, stderr } = await map(...words);
    expect({ exitCode, stdout }).to.deep.equal({ exitCode: 4, stdout: "" });
    expect(stderr)
      .to.match(/NAS_MAPPING_IMPOSSIBLE: layer "stem".*14 columns/)
      .and.to.match(/wider arrays/);
  });

  const wrong: [words: string[], exitCode: number, code: RegExp, nearest: RegExp][] = [
    [["--network", "cifar-10-balancd"], 3, /NAS_NETWORK_NOT_FOUND/, /"cifar-10-balanced"/],
    [["--network", "no/such/folder/at/all"], 3, /NAS_NETWORK_NOT_FOUND/, /named networks: /],
    [["--network", "cifar-10-q:[b3][][]"], 2, /NAS_SEARCH_SPACE/, /"cifar-10-/],
    [["--network", "cifar-10-a:[b5][][]"], 2, /NAS_SEARCH_GENOTYPE/, /1, 3/],
    [["--macro", "idel"], 2, /NAS_CONFIG_INVALID/, /"ideal"/],
    [["--weight-bits", "9", "--network", "cifar-10-balanced"], 2, /NAS_CLI_USAGE/, /from 2 to 8/],
    [["--adc-ns", "0"], 2, /NAS_CLI_USAGE/, /above 0/],
    [["--adc-ns", "1ns"], 2, /NAS_CLI_USAGE/, /"1ns"/],
    [["--round-trip-ms", "-1"], 2, /NAS_CLI_USAGE/, /at least 0/],
  ];
  for (const [words, expected, code, nearest] of wrong) {
    it(`answers "map ${words.join(" ")}" with ${code.source}`, async () => {
      const { exitCode, stdout, stderr } = await map(...words);
      expect({ exitCode, stdout }).to.deep.equal({ exitCode: expected, stdout: "" });
      expect(stderr).to.match(code).and.to.match(nearest);
    });
  }
});
