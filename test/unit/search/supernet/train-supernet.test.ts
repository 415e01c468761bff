import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobContext } from "../../../../src/base/progress.js";
import type { Tensorflow } from "../../../../src/engine/tensorflow.js";
import { defaultSupernet } from "../../../../src/search/supernet/supernet-settings.js";
import { trainSupernet } from "../../../../src/search/supernet/train-supernet.js";
import { expectNasRejection } from "../../../support/expect-nas-error.js";
import { itWithTensorflow } from "../../../support/it-with-tensorflow.js";
import { makeImages } from "../../../support/labelled-images.js";
import { tinySpace, untrained } from "../../../support/tiny-search.js";

const labels = Array.from({ length: 48 }, (_, place) => place % 3);
const images = { ...makeImages(labels, { height: 8, width: 8 }), classNames: ["a", "b", "c"] };
const settings = { ...defaultSupernet, images: 48, batchSize: 8, epochs: 2, snapshots: 4 };

describe("training the supernet", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "nas4cim-supernet-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const train = (engine: Tensorflow, name: string, context: JobContext = {}, change = {}) =>
    trainSupernet(
      {
        engine,
        space: tinySpace,
        teacher: untrained(tinySpace, "[b3 b3][b3 b3]"),
        images,
        settings,
        seed: 1,
        folder: join(folder, name),
        owner: "test",
        cacheFolder: join(folder, "maps"),
        cacheBytes: 1e8,
        ...change,
      },
      context,
    );

  const bytesOf = (name: string) =>
    [1, 2].map((stage) => readFileSync(join(folder, name, `stage-${stage}.safetensors`)));

  itWithTensorflow("gives shares of every layer's operators and keeps how they came about", async (engine) => {
    const stages = await train(engine, "whole");
    expect(stages).to.have.length(2);
    for (const { shares, snapshots } of stages) {
      expect(shares.map((row) => row.length)).to.deep.equal([5, 5]);
      for (const row of shares) expect(row.reduce((sum, share) => sum + share, 0)).to.be.closeTo(1, 1e-6);
      expect(snapshots.map(({ step }) => step)).to.deep.equal([3, 6, 9, 12]);
      expect(snapshots.at(-1)!.shares).to.deep.equal(shares);
      // α rests at first, and moves then.
      const differing = snapshots.map((snapshot) => new Set(snapshot.shares[0]).size);
      expect(differing[0]).to.equal(1);
      expect(differing[1]).to.be.greaterThan(1);
    }
  }).timeout(60_000);

  itWithTensorflow(
    "resumed at any step ends with the same bytes",
    async (engine) => {
      await train(engine, "whole");
      for (const stopAfter of [7, 13]) {
        const controller = new AbortController();
        let steps = 0;
        const context: JobContext = {
          signal: controller.signal,
          progress: ({ unit }) => {
            if (unit === "steps" && ++steps === stopAfter) controller.abort();
          },
        };
        const name = `stopped-${stopAfter}`;
        await expectNasRejection("NAS_INTERRUPTED", train(engine, name, context));
        await train(engine, name);
        expect(
          bytesOf(name).map((bytes, stage) => bytes.equals(bytesOf("whole")[stage])),
          name,
        ).to.deep.equal([true, true]);
      }
    },
    ["tfjs-node"],
  ).timeout(120_000);

  itWithTensorflow(
    "shows every image once an epoch and other batches each step",
    async (engine) => {
      const seen: number[] = [];
      const counting = Object.assign(Uint8Array.from(images.labels), {});
      const spied = new Proxy(counting, {
        get(target, key) {
          if (typeof key === "string" && /^\d+$/.test(key)) seen.push(Number(key));
          const value: unknown = Reflect.get(target, key, target);
          return typeof value === "function" ? (value as () => unknown).bind(target) : value;
        },
      });
      await train(engine, "spied", {}, { images: { ...images, labels: spied } });
      const stageOne = seen.slice(0, 96);
      for (const epoch of [stageOne.slice(0, 48), stageOne.slice(48)]) {
        expect([...epoch].sort((a, b) => a - b)).to.deep.equal(labels.map((_, place) => place));
      }
      expect(stageOne.slice(0, 48)).to.not.deep.equal(stageOne.slice(48));
      expect(stageOne.slice(0, 8)).to.not.deep.equal(stageOne.slice(8, 16));
    },
    ["wasm"],
  ).timeout(60_000);

  itWithTensorflow(
    "refuses checkpoints of another search",
    async (engine) => {
      await train(engine, "whole");
      const error = await expectNasRejection("NAS_SEARCH_RESUME", train(engine, "whole", {}, { owner: "other" }));
      expect(error.message).to.include("stage-1.safetensors");
    },
    ["wasm"],
  ).timeout(60_000);
});
