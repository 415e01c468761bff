import { expect } from "chai";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { readNetwork } from "../../../src/network/read-network.js";
import { trainingOf } from "../../../src/run/training-of.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("trainingOf", () => {
  const folder = temporaryFolder();
  const shipped = join(packageRoot(), "fixtures/networks/fashion-mnist-accuracy-first");

  it("gives the epochs of a network that is still the run's", () => {
    const { hash } = readNetwork(shipped);
    expect(trainingOf(shipped, hash)).to.have.length(36);
    expect(trainingOf(shipped, "another")).to.deep.equal([]);
    expect(trainingOf(join(folder(), "gone"), hash)).to.deep.equal([]);
    expect(trainingOf(undefined, hash)).to.deep.equal([]);
  });

  it("says why it has none of a log that it cannot read, and goes on", () => {
    const broken = join(folder(), "broken");
    cpSync(shipped, broken, { recursive: true });
    writeFileSync(join(broken, "train-log.jsonl"), "{\n");
    const said: string[] = [];
    expect(trainingOf(broken, readNetwork(broken).hash, { log: (line) => said.push(line) })).to.deep.equal([]);
    expect(said).to.have.length(1);
    expect(said[0]).to.match(/without the network's training.*train-log\.jsonl:1/);
  });
});
