import { expect } from "chai";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JobContext } from "../../../src/base/progress.js";
import { isaacUnit } from "../../../src/cost/hardware.js";
import { writeSafetensors } from "../../../src/network/safetensors.js";
import type { StoredNetwork } from "../../../src/network/read-network.js";
import { runSearch, searchFolder, type SearchRequest } from "../../../src/search/run-search.js";
import type { SearchSettings } from "../../../src/search/search-settings.js";
import { objectives } from "../../../src/search/significance/objective.js";
import { parseSpace } from "../../../src/search/space/load-space.js";
import { defaultSupernet } from "../../../src/search/supernet/supernet-settings.js";
import { openStore } from "../../../src/store/store.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { fashionMnistFolder, fashionMnistHint } from "../../support/fashion-mnist.js";
import { itWithTensorflow } from "../../support/it-with-tensorflow.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { tinySpace, untrained } from "../../support/tiny-search.js";

/** Real images, a stride of 4 in the stem: a search whose every step takes milliseconds. */
const space = parseSpace(
  JSON.stringify({
    format: "nas4cim-search-space",
    version: 1,
    ...tinySpace,
    name: "tiny-fashion",
    input: { height: 32, width: 32, channels: 1 },
    classes: 10,
    stem: { channels: 4, kernel: 3, stride: 4 },
  }),
  "tiny-fashion.json",
);

const settings: SearchSettings = {
  space,
  dataset: "fashion-mnist",
  supernet: { ...defaultSupernet, images: 320, batchSize: 32, epochs: 2, snapshots: 5 },
  candidates: 100,
  top: 10,
  metric: "edp",
  hardware: isaacUnit,
  profile: "mnsim-2.0",
  schedule: "pipelined",
  precision: { activationBits: 4, weightBits: 4 },
};

const wanted = (["accuracy", "edp", "balanced"] as const).map((objective) => ({
  objective,
  weights: objectives[objective],
}));

function writeNetwork(folder: string, { description, tensors }: StoredNetwork): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "network.json"), JSON.stringify(description));
  writeFileSync(join(folder, "weights.safetensors"), writeSafetensors(new Map(tensors)));
}

const dataPath = fashionMnistFolder();

describe("a search on real images", function () {
  const folder = temporaryFolder();
  let made = 0;

  before(function () {
    if (dataPath !== undefined) return;
    this.test!.title += ` (pending: ${fashionMnistHint})`;
    this.skip();
  });

  const request = (change: Partial<SearchRequest> = {}): SearchRequest => {
    const teacherFolder = join(folder(), "teacher");
    writeNetwork(teacherFolder, untrained(space, "[b3 b3][b3 b3]"));
    const storeFolder = join(folder(), String(made++));
    return { storeFolder, settings, seed: 1, teacherFolder, dataPath, objectives: wanted, cacheBytes: 1e9, ...change };
  };

  itWithTensorflow(
    "goes through all three stages, keeps every candidate, and serves every objective",
    async () => {
      const asked = request();
      const { significances, ledger, selections, searchId } = await runSearch(asked, {});
      expect(significances.task).to.have.length(4);
      expect(new Set(ledger.map(({ network }) => network)).size).to.equal(100);
      const scores = ledger.map(({ score }) => score);
      expect(scores).to.deep.equal([...scores].sort((a, b) => b - a));
      for (const row of significances.hardware) expect(row.reduce((sum, share) => sum + share)).to.be.closeTo(1, 1e-9);
      const [accuracy, edp] = selections.map(({ chosen }) => chosen.edp!);
      expect(edp).to.be.at.most(accuracy);
      using store = openStore(asked.storeFolder);
      const document = store.searches.document(searchId);
      expect(document.search.status).to.equal("done");
      // What decides the result, and where its inputs lie: nothing else of the request.
      expect(document.search.settings).to.have.all.keys("settings", "teacherFolder", "dataPath");
      expect(document.candidates).to.deep.equal(ledger);
      expect(document.selections).to.have.length(3);
      expect(document.stages).to.have.length(2);
    },
    ["tfjs-node"],
  ).timeout(60_000);

  itWithTensorflow(
    "stopped in a stage, or between the last stage and the candidates, ends with the same bytes",
    async () => {
      const whole = request();
      const first = await runSearch(whole, {});
      const stops: { label: RegExp; at: number }[] = [
        { label: /stage 1/, at: 3 },
        { label: /stage 2/, at: 20 },
      ];
      for (const { label, at } of stops) {
        const asked = request();
        const controller = new AbortController();
        const context: JobContext = {
          signal: controller.signal,
          progress: (event) => {
            if (event.unit === "steps" && label.test(event.label) && event.done === at) controller.abort();
          },
        };
        const error = await expectNasRejection("NAS_INTERRUPTED", runSearch(asked, context));
        const resume = String(error.context.searchId);
        expect(error.hint).to.include(`--resume ${resume}`);
        const { storeFolder, objectives: again, cacheBytes } = asked;
        const second = await runSearch({ storeFolder, objectives: again, cacheBytes, resume }, {});
        expect(second.significances).to.deep.equal(first.significances);
        expect(second.ledger).to.deep.equal(first.ledger);
        expect(second.selections).to.deep.equal(first.selections);
      }
    },
    ["tfjs-node"],
  ).timeout(120_000);

  itWithTensorflow(
    "is not gone on with when its teacher changed",
    async () => {
      const asked = request();
      const { searchId } = await runSearch(asked, {});
      writeNetwork(asked.teacherFolder, untrained(space, "[b3 b3][b3 b3]", 2));
      const { storeFolder, objectives: again, cacheBytes } = asked;
      const error = await expectNasRejection(
        "NAS_SEARCH_RESUME",
        runSearch({ storeFolder, objectives: again, cacheBytes, resume: searchId }, {}),
      );
      expect(error.message).to.include("teacher was");
      expect(searchFolder(storeFolder, searchId)).to.include(searchId);
    },
    ["tfjs-node"],
  ).timeout(60_000);

  const refused: [what: string, change: Partial<SearchSettings>, says: string][] = [
    ["more candidates than networks", { candidates: 100_000 }, "441 networks"],
    ["a Top-K above the candidates", { top: 101 }, "Top-K is 101"],
    ["a budget of no epoch", { supernet: { ...settings.supernet, epochs: 0 } }, "0 epochs"],
    ["fewer images than a batch", { supernet: { ...settings.supernet, images: 10 } }, "10 images"],
    ["more images than there are", { supernet: { ...settings.supernet, images: 60_000 } }, "60000 images"],
  ];
  for (const [what, change, says] of refused) {
    it(`is refused for ${what}, before anything is spent`, async () => {
      const asked = request({ settings: { ...settings, ...change } });
      const error = await expectNasRejection("NAS_SEARCH_SETTINGS", runSearch(asked, {}));
      expect(error.message).to.include(says);
      using store = openStore(asked.storeFolder);
      expect(store.searches.list()).to.deep.equal([]);
    }).timeout(20_000);
  }

  it("is refused for a space of one network", async () => {
    const only = { ...space, kernels: [3], operations: { c: "standard-conv" as const } };
    const asked = request({ settings: { ...settings, space: { ...only, layersPerStage: 0 }, candidates: 1, top: 1 } });
    const error = await expectNasRejection("NAS_SEARCH_SETTINGS", runSearch(asked, {}));
    expect(error.message).to.include("one network");
  });

  it("is refused for a teacher whose stages do not fit", async () => {
    const teacherFolder = join(folder(), "misfit");
    const other = parseSpace(
      JSON.stringify({ format: "nas4cim-search-space", version: 1, ...space, stages: [{ channels: 6, stride: 1 }] }),
      "other.json",
    );
    writeNetwork(teacherFolder, untrained(other, "[b3 b3]"));
    await expectNasRejection("NAS_SEARCH_TEACHER", runSearch(request({ teacherFolder }), {}));
  });
});
