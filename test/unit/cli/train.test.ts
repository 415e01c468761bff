import { expect } from "chai";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../../support/run-command.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("nas4cim train", () => {
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
});
