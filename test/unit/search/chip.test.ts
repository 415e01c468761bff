import { expect } from "chai";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import type { JobContext } from "../../../src/base/progress.js";
import type { Tensorflow } from "../../../src/engine/tensorflow.js";
import type { MacroChoice } from "../../../src/run/run-request.js";
import { chipLossPoints } from "../../../src/search/chip/chip-loss-points.js";
import { operatorWords } from "../../../src/search/space/choices.js";
import { firstProgress } from "../../../src/search/supernet/stage-loop.js";
import { mixedStages } from "../../../src/search/supernet/mixed-stage.js";
import type { TrainedStage } from "../../../src/search/supernet/train-stage.js";
import { cutBySlots, parameterSlots, statisticSlots } from "../../../src/model/parameter-table.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { itWithTensorflow } from "../../support/it-with-tensorflow.js";
import { makeImages } from "../../support/labelled-images.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { tinySpace, untrained } from "../../support/tiny-search.js";

const words = operatorWords(tinySpace);
const images = {
  ...makeImages(
    Array.from({ length: 24 }, (_, place) => place % 3),
    { height: 8, width: 8 },
  ),
  classNames: ["a", "b", "c"],
};

const simulator = (name: string, more: Partial<MacroChoice> = {}): MacroChoice => ({
  name,
  driver: "simulator",
  options: {},
  configFolder: packageRoot(),
  ...more,
});
const ideal = simulator("ideal");
const virtual = simulator("virtual-chip", { calibration: join(packageRoot(), "calibration/vc-0001/2026-11-23") });

/** The supernet before its first step. */
const trained: TrainedStage[] = mixedStages(tinySpace).map((stage) => {
  const { tensors } = firstProgress(stage, 1);
  const nodes = stage.layers.flatMap(({ operators }) => operators.flatMap((operator) => operator.nodes));
  return {
    shares: stage.layers.map(() => words.map((_, place) => (place === 2 ? 0.6 : 0.1))),
    snapshots: [],
    values: new Map([
      ...cutBySlots(tensors.parameters, parameterSlots(nodes, false)),
      ...cutBySlots(tensors.statistics, statisticSlots(nodes)),
    ]),
  };
});

describe("what operators lose on a chip", () => {
  const folder = temporaryFolder();
  const measure = (engine: Tensorflow, name: string, subject: MacroChoice, context: JobContext = {}) =>
    chipLossPoints(
      { subject, reference: ideal, images: images.count, seed: 1 },
      { engine, space: tinySpace, teacher: untrained(tinySpace, "[b3 b3][b3 b3]"), trained, images },
      join(folder(), name),
      context,
    );

  itWithTensorflow(
    "is nothing on the ideal macro, and something on one with errors; the same each time",
    async (engine) => {
      const none = await measure(engine, "ideal", ideal);
      expect(none.map((row) => row.length)).to.deep.equal([5, 5, 5, 5]);
      // The ideal macro's ADC still clips and rounds: an image may turn over, no more.
      for (const points of none.flat()) expect(Math.abs(points)).to.be.at.most(100 / 12);
      const some = await measure(engine, "virtual", virtual);
      expect(some.map((row) => row[0])).to.deep.equal([0, 0, 0, 0]);
      expect(some.flat().some((points) => points !== 0)).to.equal(true);
      expect(await measure(engine, "again", virtual)).to.deep.equal(some);
    },
    ["tfjs-node"],
  ).timeout(120_000);

  itWithTensorflow(
    "stopped and gone on with, is what it would have been",
    async (engine) => {
      const controller = new AbortController();
      // At the second thing that is done, however fast the machine.
      let done = 0;
      const progress = () => {
        if (++done === 2) controller.abort();
      };
      await expectNasRejection(
        "NAS_INTERRUPTED",
        measure(engine, "stopped", virtual, { signal: controller.signal, progress }),
      );
      expect(await measure(engine, "stopped", virtual)).to.deep.equal(await measure(engine, "whole", virtual));
    },
    ["tfjs-node"],
  ).timeout(120_000);
});
