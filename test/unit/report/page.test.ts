import { expect } from "chai";
import type { RunDocument } from "../../../src/record/run-document.js";
import { renderReport } from "../../../src/report/page.js";
import { reproduceCommand, reproductionNeeds } from "../../../src/report/reproduce.js";
import { sampleEpochs } from "../../support/sample-training.js";
import { sampleRunDocument } from "../../support/sample-run-document.js";

describe("renderReport", function () {
  this.timeout(20_000);
  const document = sampleRunDocument();
  const report = renderReport(document);

  /** The report of the sample with one change. */
  function changed(change: (document: RunDocument) => void): string {
    const copy = structuredClone(document);
    change(copy);
    return renderReport(copy).html;
  }

  it("shows the figures that matter, as the document has them", () => {
    for (const text of [
      "The subject is 3.81 points less accurate than the reference.",
      "86.90 <", // subject, with its unit in an element of its own
      "86.22 … 87.55 %",
      "8,690",
      "simulated<",
      "None of these figures was measured on silicon",
      document.run.resultHash,
      document.run.networkHash,
      document.run.configHash,
      document.run.dataFingerprint,
      reproduceCommand(document),
      ...reproductionNeeds(document).filter((need) => !need.includes('"')),
    ]) {
      expect(report.html).contain(text);
    }
    for (const name of document.confusion.classNames) expect(report.html).contain(name);
  });

  it("counts the images on which both are wrong", () => {
    const { subjectOnly, referenceOnly } = document.difference;
    const bothRight = document.accuracies.subject.correct - subjectOnly;
    const bothWrong = 10_000 - bothRight - subjectOnly - referenceOnly;
    /** The cells of the table row of that name. */
    const row = (name: string): string[] => {
      const [, cells = ""] = new RegExp(`<th scope="row">${name}</th>(.*?)</tr>`, "s").exec(report.html) ?? [];
      return [...cells.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell]) => cell);
    };
    expect(row("subject right")).deep.equal([bothRight.toLocaleString("en"), String(subjectOnly)]);
    expect(row("subject wrong")).deep.equal([String(referenceOnly), String(bothWrong)]);
  });

  it("draws every figure once, in the page and as a file of its own", () => {
    const names = report.figures.map(({ name }) => name);
    const perLayer = document.layers.flatMap(({ id }) => [`codes-${id}`, `error-by-code-${id}`, `errors-${id}`]);
    const whole = ["accuracy", "confusion-subject", "confusion-reference", "confusion-difference", "layer-rmse"];
    expect(names).include.members([...whole, "layer-nmse", "layer-clipped", "tile-map", "timing", ...perLayer]);
    expect(new Set(names).size).equal(names.length);
    for (const { name, svg } of report.figures) {
      expect(report.html).contain(`id="figure-${name}"`);
      expect(svg).match(/^<svg width="\d+" height="\d+"[^>]*><style>/);
      expect(svg).contain("prefers-color-scheme:dark").and.contain('role="img" aria-label="');
    }
  });

  it("shows how the network was trained where that is known, and no such section elsewhere", () => {
    expect(report.html).not.contain('id="training"');
    const { html, figures } = renderReport(document, sampleEpochs());
    expect(html).contain("17 epochs: 4 teacher, 8 float, 5 quantized");
    expect(figures.map(({ name }) => name)).include.members(["training-loss", "training-accuracy"]);
  });

  it("draws the code density cell by cell where codes are few", () => {
    const few = structuredClone(document);
    few.layers = [few.layers[0]];
    few.layers[0].codes.scatter = { reference: [0, 1, 1], subject: [0, 1, 3], count: [100, 100, 1] };
    const svg = renderReport(few).figures.find(({ name }) => name === "codes-conv1")?.svg ?? "";
    // Left, top, right and bottom of every filled square, shade by shade from the lightest.
    const shades = [...svg.matchAll(/<path d="([^"]*)" fill="var\(--subject\)"/g)].map(([, path]) =>
      [...path.matchAll(/M([\d.]+) ([\d.]+)L([\d.]+) [\d.]+L[\d.]+ ([\d.]+)L/g)].map((corner) =>
        corner.slice(1).map(Number),
      ),
    );
    expect(shades.map((squares) => squares.length)).deep.equal([1, 2]);
    const [[rare], [low, high]] = shades;
    const height = low[3] - low[1];
    // (0, 0) and (1, 1) touch at a corner; (1, 3) stands two squares above (1, 1).
    expect([high[0], high[3]]).deep.equal([low[2], low[1]]);
    expect([rare[0], rare[2]]).deep.equal([high[0], high[2]]);
    expect(high[1] - rare[1]).closeTo(2 * height, 0.5);
    expect(renderReport(few).html).contain("Drawn are the most frequent pairs, 1.0 % of all.");
  });

  it("gives the same bytes for the same document, whatever was drawn before", () => {
    changed((copy) => copy.layers.pop());
    expect(renderReport(sampleRunDocument())).deep.equal(report);
  });

  it("fetches nothing: no address but that of the SVG name space", () => {
    const addresses = report.html.match(/(?:https?:)?\/\/[^\s"'<>]+/g) ?? [];
    expect(new Set(addresses)).deep.equal(new Set(["http://www.w3.org/2000/svg"]));
    expect(report.html).not.match(/<script|<link rel="stylesheet|@import|url\((?!#)/);
  });

  it("takes nothing of the document as markup", () => {
    const hostile = `</style></svg><script>alert("x")</script><img src=x onerror='y'>&`;
    const poisoned = JSON.parse(
      JSON.stringify(document, (key, value: unknown) =>
        typeof value === "string" && !["format", "kind", "op", "origin", "mcnemarMethod", "layer"].includes(key)
          ? hostile
          : value,
      ),
    ) as RunDocument;
    poisoned.confusion.classNames = poisoned.confusion.classNames.map((_, place) => `${hostile}${place}`);
    poisoned.layers.forEach((layer, place) => (layer.id = `${hostile}${place}`));
    poisoned.tiles.forEach((tile) => (tile.layer = `${hostile}0`));
    poisoned.dataset.caveat = hostile;
    const { html, figures } = renderReport(poisoned);
    for (const markup of [html, ...figures.map(({ svg }) => svg)]) {
      expect(markup).not.contain("<script").and.not.contain("<img");
      expect(markup.match(/<\/style>/g)).length(1);
    }
    for (const { name } of figures) expect(name).match(/^[A-Za-z0-9._-]+$/);
    expect(html).contain("&lt;script&gt;");
  });

  describe("draws unusual runs too", () => {
    it("macros without any difference", () => {
      const equal = sampleRunDocument({ images: 500, flipShare: 0 });
      for (const { codes } of equal.layers)
        Object.assign(codes, { rmseLsb: 0, nmse: 0, meanErrorLsb: 0, maxAbsErrorLsb: 0 });
      expect(renderReport(equal).html).contain("right on the very same images");
    });

    it("no float accuracy, no layers, no codes, no steps", () => {
      expect(changed((copy) => delete copy.accuracies.float)).not.contain('<th scope="row">float');
      changed((copy) => (copy.layers = []));
      changed((copy) => (copy.timing.steps = []));
      const empty = changed((copy) => {
        Object.assign(copy.layers[0].codes, { codes: 0, scatter: { reference: [], subject: [], count: [] } });
      });
      expect(empty).contain('id="figure-codes-conv2"').and.not.contain('id="figure-codes-conv1"');
    });

    it("one image, and a hundred classes", () => {
      renderReport(sampleRunDocument({ images: 1 }));
      const many = changed((copy) => {
        const classNames = Array.from({ length: 100 }, (_, place) => `class ${place}`);
        const counts = classNames.map((_, row) => classNames.map((__, column) => Number(row === column)));
        copy.confusion = { classNames, subject: counts, reference: counts };
      });
      expect(many).contain("class 99");
    });

    it("several rounds of programming, and arrays by the hundred", () => {
      const rounds = changed((copy) => {
        copy.hardware.rounds = 2;
        copy.hardware.arraysAvailable = 1000;
        copy.tiles.forEach((tile, place) => Object.assign(tile, { round: place % 2, array: place }));
      });
      expect(rounds).contain("round 1 of 2").and.contain("round 2 of 2").and.contain("programmed anew");
      expect(rounds).not.contain(">free<");
    });

    it("a partial data set and silicon, called what they are", () => {
      const silicon = changed((copy) => {
        copy.dataset.caveat = "57 of the official images are missing";
        copy.run.subject.kind = "silicon";
      });
      expect(silicon).contain("57 of the official images are missing").and.contain(">silicon, says its driver<");
      expect(silicon).contain("reads differently each time").and.not.contain("simulated.");
    });

    it("a command line whose names need quoting", () => {
      const quoted = changed((copy) => (copy.run.subject.name = "my chip's"));
      expect(quoted).contain("--subject &#39;my chip&#39;\\&#39;&#39;s&#39;");
    });
  });
});
