import { expect } from "chai";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkpointPath } from "../../../src/train/checkpoint.js";
import { prepareOutput } from "../../../src/train/output-folder.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("prepareOutput", () => {
  const folder = temporaryFolder();

  /** A folder with these files in it. */
  function holding(name: string, ...paths: string[]): string {
    const outputFolder = join(folder(), name);
    mkdirSync(outputFolder);
    for (const path of paths)
      writeFileSync(path === "network" ? join(outputFolder, "network.json") : checkpointPath(outputFolder), "");
    return outputFolder;
  }

  it("makes a folder that is not there, and takes one that is empty", () => {
    const outputFolder = join(folder(), "new", "network");
    prepareOutput({ outputFolder, resume: false });
    expect(existsSync(outputFolder)).to.equal(true);
    prepareOutput({ outputFolder, resume: false });
  });

  it("keeps a finished network, unless it is told to overwrite it", () => {
    const outputFolder = holding("finished", "network");
    const error = expectNasError("NAS_TRAIN_OUTPUT", () => prepareOutput({ outputFolder, resume: false }));
    expect(error.hint).to.contain("--force");
    prepareOutput({ outputFolder, resume: false, force: true });
  });

  it("keeps the checkpoint of an interrupted training, unless it goes on or is told to begin anew", () => {
    const outputFolder = holding("interrupted", "checkpoint");
    const error = expectNasError("NAS_TRAIN_OUTPUT", () => prepareOutput({ outputFolder, resume: false }));
    expect(error.hint).to.contain("--resume");
    prepareOutput({ outputFolder, resume: true });
    prepareOutput({ outputFolder, resume: false, force: true });
  });

  it("says that there is nothing to go on from", () => {
    const outputFolder = holding("empty");
    const error = expectNasError("NAS_TRAIN_CHECKPOINT", () => prepareOutput({ outputFolder, resume: true }));
    expect(error.message).to.contain("no checkpoint").and.to.contain(outputFolder);
  });

  it("refuses a place where a file stands", () => {
    const outputFolder = join(holding("blocked", "network"), "network.json");
    expectNasError("NAS_TRAIN_OUTPUT", () => prepareOutput({ outputFolder, resume: false }));
  });
});
