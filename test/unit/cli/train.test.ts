import { expect } from "chai";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StoredTraining } from "../../../src/record/training.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { runCommand } from "../../support/run-command.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { sampleRecipe } from "../train/sample-recipe.js";

describe("nas4cim train", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();

  it("refuses a recipe that is missing or wrong before anything is written", async () => {
    writeFileSync(join(folder(), "recipe.json"), '{ "format": "nas4cim-recipe", "versoin": 1 }');
    for (const [recipe, message] of [
      ["absent.json", /absent\.json/],
      ["recipe.json", /versoin[^]*"version"/],
    ] as const) {
      const words = ["train", "--recipe", recipe, "--out", "out"];
      const { exitCode, stdout, stderr } = await runCommand(words, { cwd: folder() });
      expect({ exitCode, stdout }).to.deep.equal({ exitCode: 2, stdout: "" });
      expect(stderr)
        .to.match(/^NAS_TRAIN_RECIPE/)
        .and.to.match(message);
    }
    expect(existsSync(join(folder(), "out"))).to.equal(false);
  });

  itWithFashionMnist("keeps a record of a training, and none with --no-record", async (data) => {
    const recipe = sampleRecipe();
    // 1,000 images are left to learn from.
    recipe.heldOut = 59_000;
    for (const phase of [recipe.float, recipe.quantized]) phase.epochs = 1;
    writeFileSync(join(folder(), "small.json"), JSON.stringify(recipe));
    const train = (out: string, ...words: string[]) =>
      runCommand(["train", "--recipe", "small.json", "--out", out, "--data", data, "--quiet", ...words], {
        cwd: folder(),
      });
    const recorded = await train("recorded");
    if (recorded.exitCode === 5) {
      expect(recorded.stderr).to.match(/^NAS_TRAIN_TENSORFLOW/);
      return;
    }
    expect(recorded.exitCode, recorded.stderr).to.equal(0);
    const [, id] = /^record +(\S+) /m.exec(recorded.stdout) ?? [];
    const unrecorded = await train("unrecorded", "--no-record", "--json");
    expect(JSON.parse(unrecorded.stdout)).to.not.have.property("trainingId");
    const { stdout } = await runCommand(["trainings", "--json"], { cwd: folder() });
    const listed = (JSON.parse(stdout) as StoredTraining[]).map(({ id: each, status, outputFolder }) => ({
      id: each,
      status,
      outputFolder,
    }));
    expect(listed).to.deep.equal([{ id, status: "done", outputFolder: join(folder(), "recorded") }]);
  });
});
