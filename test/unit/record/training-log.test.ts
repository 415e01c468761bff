import { expect } from "chai";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { readTrainingLog } from "../../../src/record/training-log.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("readTrainingLog", () => {
  const folder = temporaryFolder();
  const written = (text: string) => {
    mkdirSync(folder(), { recursive: true });
    writeFileSync(join(folder(), "train-log.jsonl"), text);
    return folder();
  };

  it("reads the log of the shipped network", () => {
    const epochs = readTrainingLog(join(packageRoot(), "fixtures/networks/fashion-mnist-accuracy-first"))!;
    expect(epochs).to.have.length(36);
    expect(epochs[0]).to.deep.equal({
      phase: "float",
      epoch: 1,
      loss: 1.510409813406121,
      trainAccuracy: 0.5851862980769231,
      seconds: 90.4,
    });
  });

  it("says nothing where there is no log", () => {
    expect(readTrainingLog(join(folder(), "none"))).to.equal(undefined);
  });

  for (const [line, wrong] of [
    ["{", /not JSON/],
    ['{"phase":"float","epoch":1,"loss":null,"trainAccuracy":1,"seconds":1}', /loss is null/],
    ['{"epoch":1,"loss":1,"trainAccuracy":1,"seconds":1}', /phase is missing/],
    ['{"phase":"a","epoch":1,"loss":1,"trainAccuracy":1,"seconds":1,"heldOutAccuracy":"x"}', /heldOutAccuracy is "x"/],
    ["null", /phase is missing/],
  ] as const) {
    it(`refuses ${line} and names the line`, () => {
      const good = '{"phase":"float","epoch":1,"loss":1,"trainAccuracy":0.5,"seconds":2}';
      expect(readTrainingLog(written(`${good}\n\n`))).to.have.length(1);
      const error = expectNasError("NAS_NETWORK_INVALID", () => readTrainingLog(written(`${good}\n${line}\n`)));
      expect(error.message)
        .to.match(/train-log\.jsonl:2/)
        .and.to.match(wrong);
    });
  }
});
