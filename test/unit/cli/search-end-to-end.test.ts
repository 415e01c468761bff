import { expect } from "chai";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { writeSafetensors } from "../../../src/network/safetensors.js";
import type { Deployed } from "../../../src/search/deploy.js";
import type { SearchOutcome } from "../../../src/search/run-search.js";
import { parseSpace } from "../../../src/search/space/load-space.js";
import { openStore } from "../../../src/store/store.js";
import type { TrainRecipe } from "../../../src/train/recipe/recipe.js";
import { fashionMnistFolder, fashionMnistHint } from "../../support/fashion-mnist.js";
import { runCommand } from "../../support/run-command.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { tinySpace, untrained } from "../../support/tiny-search.js";

type Outcome = SearchOutcome & { deployed: Deployed[] };

/** Real images, a stride of 4 in the stem: all of a search within a minute. */
const spaceFile = {
  format: "nas4cim-search-space",
  version: 1,
  ...tinySpace,
  name: "tiny-fashion",
  input: { height: 32, width: 32, channels: 1 },
  classes: 10,
  stem: { channels: 4, kernel: 3, stride: 4 },
};

describe("nas4cim search, from images to a network on the bench", function () {
  this.timeout(180_000);
  const folder = temporaryFolder();
  const dataPath = fashionMnistFolder();

  before(function () {
    if (dataPath === undefined) {
      this.test!.title += ` (pending: ${fashionMnistHint})`;
      this.skip();
    }
    const write = (name: string, content: unknown) => writeFileSync(join(folder(), name), JSON.stringify(content));
    write("space.json", spaceFile);
    const { description, tensors } = untrained(parseSpace(JSON.stringify(spaceFile), "space.json"), "[b3 b3][b3 b3]");
    mkdirSync(join(folder(), "teacher"));
    write("teacher/network.json", description);
    writeFileSync(join(folder(), "teacher/weights.safetensors"), writeSafetensors(new Map(tensors)));
    const shipped = readFileSync(join(packageRoot(), "fixtures/recipes/fashion-mnist-accuracy-first.json"), "utf8");
    const recipe = JSON.parse(shipped) as TrainRecipe;
    const short = { ...recipe, heldOut: 58_000, float: { ...recipe.float!, epochs: 1 } };
    write("recipe.json", { ...short, quantized: { ...recipe.quantized, epochs: 1 } });
    write("bench.json", {
      store: { folder: "runs" },
      macros: {
        chip: { driver: "simulator", calibration: join(packageRoot(), "calibration/vc-0001/2026-11-23") },
        ideal: { driver: "simulator" },
      },
      data: { "fashion-mnist": dataPath },
      defaults: { subject: "chip", reference: "ideal", network: "none", images: 100 },
    });
  });

  const common = ["--config", "bench.json", "--recipe", "recipe.json", "--objective", "w=0.4,0.4,0.2", "--json"];
  const fresh = [
    ...["search", "--space", "space.json", "--teacher", "teacher", "--search-images", "640", "--epochs", "1"],
    ...["--candidates", "60", "--top", "6", "--chip", "chip", "--chip-images", "50", "--data", dataPath ?? ""],
  ];
  const nas4cim = (words: readonly string[], more: Parameters<typeof runCommand>[1] = {}) =>
    runCommand(words, { cwd: folder(), ...more });

  it("killed in the supernet, resumed, ends with a trained network that ran on the chip, as without the kill", async () => {
    let isKilled = false;
    const killed = await nas4cim([...fresh, ...common], {
      onStderr: (text, kill) => {
        if (isKilled || !/stage 1 of 2 done/.test(text)) return;
        isKilled = true;
        kill("SIGKILL");
      },
    });
    expect(isKilled, killed.stderr).to.equal(true);
    expect(killed.exitCode).to.equal(null);
    let id: string;
    {
      using store = openStore(join(folder(), "runs"));
      id = store.searches.get("latest").id;
      expect(store.searches.get(id).status).to.equal("interrupted");
    }
    const resumed = await nas4cim(["search", "--resume", id, ...common]);
    expect(resumed.exitCode, resumed.stderr).to.equal(0);
    const outcome = JSON.parse(resumed.stdout) as Outcome;
    const [deployed] = outcome.deployed;
    expect(deployed.network).to.equal(outcome.selections[0].chosen.network);
    expect(deployed.testImages).to.equal(10_000);
    using store = openStore(join(folder(), "runs"));
    expect(store.document(deployed.runId).images).to.equal(100);

    const whole = await nas4cim([...fresh, ...common, "--no-train"]);
    expect(whole.exitCode, whole.stderr).to.equal(0);
    const { significances, ledger, selections } = JSON.parse(whole.stdout) as Outcome;
    expect(outcome.significances).to.deep.equal(significances);
    expect(outcome.ledger).to.deep.equal(ledger);
    expect(outcome.selections).to.deep.equal(selections);

    // The chip's losses are kept: choosing anew hears them.
    const selected = await nas4cim(["select", id, "--objective", "w=0,0,1", "--config", "bench.json", "--json"]);
    expect(selected.exitCode, selected.stderr).to.equal(0);
  });
});
