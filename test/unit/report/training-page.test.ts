import { expect } from "chai";
import fc from "fast-check";
import type { TrainingDocument, TrainingEpoch, TrainingStatus } from "../../../src/record/training.js";
import { renderTraining } from "../../../src/report/training-page.js";
import { trainingFigures } from "../../../src/report/figures/training-curves.js";
import { epochsInWords } from "../../../src/report/sections/training.js";
import { sampleEpochs, sampleTrainingDocument } from "../../support/sample-training.js";

/** The corners [x, y] of every line of a figure in this colour. */
function linesOf(svg: string, colour: string): number[][][] {
  const paths = [...svg.matchAll(/<path d="([^"]*)" fill="none" stroke="var\(--([\w]+)\)"/g)];
  return (
    paths
      .filter(([, , stroke]) => stroke === colour)
      .map(([, path]) => [...path.matchAll(/[ML]?([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]))
      // The swatch of the legend is no line of the plot.
      .filter((corners) => corners.some(([, y]) => y > 40))
  );
}

describe("trainingFigures", () => {
  const epochs = sampleEpochs();
  const figure = (name: string, of: readonly TrainingEpoch[] = epochs) =>
    trainingFigures(of).find((each) => each.name === name)?.svg ?? expect.fail(`no ${name}`);

  it("draws one line a phase, a corner an epoch, from left to right, where the values lie", () => {
    const svg = figure("training-loss");
    const lines = linesOf(svg, "reference");
    expect(lines.map((corners) => corners.length)).to.deep.equal([4, 8, 5]);
    const corners = lines.flat();
    const spacing = (corners[16][0] - corners[0][0]) / 16;
    corners.forEach(([x], place) => expect(x).to.be.closeTo(corners[0][0] + place * spacing, 0.05));
    // The axis is linear: heights go with losses.
    const losses = epochs.map(({ loss }) => loss);
    const slope = (corners[1][1] - corners[0][1]) / (losses[1] - losses[0]);
    expect(slope).to.be.lessThan(0);
    corners.forEach(([, y], place) =>
      expect(y).to.be.closeTo(corners[0][1] + slope * (losses[place] - losses[0]), 0.5),
    );
  });

  it("marks the phases by name, and where the next begins", () => {
    const svg = figure("training-accuracy");
    for (const phase of ["teacher", "float", "quantized"]) expect(svg).to.contain(`>${phase}</text>`);
    expect(svg.match(/stroke-dasharray/g)).to.have.length(2);
  });

  it("draws held-out images and learning rates where they are known, and only there", () => {
    const bare = epochs.map(({ phase, epoch, loss, trainAccuracy, seconds }) => ({
      phase,
      epoch,
      loss,
      trainAccuracy,
      seconds,
    }));
    expect(linesOf(figure("training-accuracy"), "subject")).to.have.length(3);
    expect(linesOf(figure("training-accuracy", bare), "subject")).to.have.length(0);
    expect(figure("training-accuracy", bare)).to.not.contain("held-out");
    expect(trainingFigures(bare).map(({ name }) => name)).to.deep.equal(["training-loss", "training-accuracy"]);
    expect(trainingFigures(epochs).map(({ name }) => name)).to.include("training-learning-rate");
    expect(trainingFigures([])).to.deep.equal([]);
  });

  it("draws accuracies that differ by a rounding error alone", () => {
    const close = { ...epochs[0], trainAccuracy: 1e-9, heldOutAccuracy: 1e-9 * (1 + Number.EPSILON) };
    expect(linesOf(figure("training-accuracy", [close]), "subject")).to.have.length(1);
  });

  it("draws whatever a training may hold", () => {
    const share = fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1, noNaN: true }));
    const epoch = fc.record(
      {
        phase: fc.constantFrom("teacher", "float", "quantized"),
        epoch: fc.nat({ max: 300 }),
        loss: fc.double({ min: 1e-9, max: 1e6, noNaN: true }),
        trainAccuracy: share,
        heldOutAccuracy: share,
        seconds: fc.nat(),
        learningRate: share,
      },
      { requiredKeys: ["phase", "epoch", "loss", "trainAccuracy", "seconds"] },
    );
    fc.assert(
      fc.property(fc.array(epoch, { minLength: 1, maxLength: 12 }), (some) => {
        for (const { svg } of trainingFigures(some)) expect(svg).to.not.match(/NaN|Infinity|undefined/);
      }),
      { numRuns: 25 },
    );
  });
});

describe("renderTraining", () => {
  const document = sampleTrainingDocument();

  /** The page of the sample with one change. */
  function changed(change: (document: TrainingDocument) => void): string {
    const copy = structuredClone(document);
    change(copy);
    return renderTraining(copy).html;
  }

  it("shows what was trained, from what, and what came of it", () => {
    const { html, figures } = renderTraining(document);
    for (const text of [
      "sample on fashion-mnist: training, seed 3",
      "Done: 17 epochs.",
      "92.20 %",
      "91.53 … 92.59 %", // Wilson, 9,208 of 10,000
      "65,850",
      "17 epochs: 4 teacher, 8 float, 5 quantized",
      document.training.recipeHash,
      document.training.dataSha256,
      "libtensorflow 2.21.0",
      "nas4cim train --recipe fixtures/recipes/sample.json --seed 3",
    ]) {
      expect(html).to.contain(text);
    }
    expect(figures.map(({ name }) => name)).to.have.length(3);
    for (const { name, svg } of figures) {
      expect(html).to.contain(`id="figure-${name}"`);
      expect(svg).to.contain("prefers-color-scheme:dark");
    }
    expect(renderTraining(sampleTrainingDocument())).to.deep.equal(renderTraining(document));
  });

  const statuses: [status: TrainingStatus, words: RegExp][] = [
    ["running", /Under way: 6 of 17 epochs so far/],
    ["interrupted", /Interrupted after 6 of 17 epochs; --resume goes on/],
    ["diverged", /Diverged after 6 of 17 epochs.*NAS_TRAIN_DIVERGED: the loss became NaN/s],
    ["failed", /Failed after 6 of 17 epochs/],
  ];
  for (const [status, words] of statuses) {
    it(`says how far a training is that is ${status}`, () => {
      const html = changed((copy) => {
        copy.epochs = copy.epochs.slice(0, 6);
        delete copy.training.result;
        Object.assign(copy.training, { status, epochsDone: 6 });
        if (status === "diverged")
          copy.training.failure = { code: "NAS_TRAIN_DIVERGED", message: "the loss became NaN" };
      });
      expect(html).to.match(words);
      expect(html).to.contain("float epoch 2").and.to.not.contain("Test images");
    });
  }

  it("has a page for a training without an epoch", () => {
    const html = changed((copy) => {
      copy.epochs = [];
      delete copy.training.result;
      Object.assign(copy.training, { status: "running", epochsDone: 0 });
    });
    expect(html).to.contain("0 of 17 epochs").and.to.not.contain("<svg");
  });

  it("takes nothing of the document as markup", () => {
    const attack = `<script>alert(1)</script>`;
    const html = changed((copy) => {
      Object.assign(copy.training, { network: attack, recipeName: attack, outputFolder: attack, dataset: attack });
      copy.epochs[0].phase = attack;
    });
    expect(html).to.not.contain("<script>");
    expect(html).to.contain("&lt;script&gt;");
  });

  it("counts the epochs of each phase", () => {
    expect(epochsInWords([{ phase: "float" }])).to.equal("1 epoch: 1 float");
  });
});
