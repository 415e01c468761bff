import { expect } from "chai";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { renderReport } from "../../src/report/page.js";
import { renderTraining } from "../../src/report/training-page.js";
import { findChromium } from "../support/chromium.js";
import { sampleRunDocument } from "../support/sample-run-document.js";
import { sampleEpochs, sampleTrainingDocument } from "../support/sample-training.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const executablePath = findChromium();

describe("report in a browser", function () {
  if (executablePath === undefined) {
    it("needs Chromium: install chromium or google-chrome, or name one in NAS4CIM_CHROMIUM");
    return;
  }
  this.timeout(120_000);
  const folder = temporaryFolder();
  const document = sampleRunDocument();
  // With the network's training, so that its curves are looked at, too.
  const report = renderReport(document, sampleEpochs());
  let browser: Browser;

  before(async () => {
    browser = await chromium.launch({
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
      ],
    });
  });
  after(async () => {
    await browser.close();
  });

  /** Opens a page of these bytes; gives it with all it complained of and asked for. */
  async function open(
    name: string,
    content: string,
    view: { width: number; colorScheme?: "light" | "dark" },
  ): Promise<{ page: Page; complaints: string[]; requests: string[] }> {
    mkdirSync(folder(), { recursive: true });
    const path = join(folder(), name);
    writeFileSync(path, content);
    const page = await browser.newPage({
      viewport: { width: view.width, height: 900 },
      colorScheme: view.colorScheme ?? "light",
      offline: true,
    });
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(path).href);
    return { page, complaints, requests };
  }

  for (const width of [1280, 390]) {
    for (const colorScheme of ["light", "dark"] as const) {
      it(`shows all of it at ${width} pixels, ${colorScheme}, without a complaint or a request`, async () => {
        const { page, complaints, requests } = await open("report.html", report.html, { width, colorScheme });
        expect(complaints).deep.equal([]);
        expect(requests.filter((url) => !url.startsWith("data:"))).length(1);
        for (const text of ["86.90 %", "90.71 %", "3.81 points less accurate", document.run.resultHash]) {
          expect(await page.getByText(text).first().isVisible(), text).equal(true);
        }
        expect(await page.evaluate<number>("document.documentElement.scrollWidth")).equal(width);

        const drawings = await page.locator("figure svg").all();
        expect(drawings).length(report.figures.length);
        for (const drawing of drawings) {
          const box = await drawing.boundingBox();
          expect(box?.width).above(200);
          expect(box?.height).above(40);
        }
        await page.close();
      });
    }
  }

  it("writes nothing so faint that it cannot be read, in light and in dark", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      const { page } = await open("report.html", report.html, { width: 1280, colorScheme });
      const faintest = await page.evaluate<number>(faintestText);
      // WCAG 2.2 AA for text of this size.
      expect(faintest, colorScheme).at.least(4.5);
      await page.close();
    }
  });

  it("keeps the words of every figure inside its drawing", async () => {
    const { page } = await open("report.html", report.html, { width: 1280 });
    const outside = await page.evaluate<string[]>(wordsOutsideDrawings);
    expect(outside).deep.equal([]);
    await page.close();
  });

  it("opens every figure as a file of its own, in the reader's colours", async () => {
    for (const { name, svg } of report.figures) {
      const { page, complaints } = await open(`${name}.svg`, svg, { width: 600, colorScheme: "dark" });
      // A file that is not well formed shows an error page instead of the drawing.
      expect(await page.evaluate<string>("document.documentElement.tagName"), name).equal("svg");
      expect(await page.evaluate<boolean>('document.querySelector("parsererror") !== null'), name).equal(false);
      const paper = await page.evaluate<string>("getComputedStyle(document.documentElement).backgroundColor");
      expect(paper).equal("rgb(21, 24, 28)");
      expect(complaints).deep.equal([]);
      await page.close();
    }
  });

  for (const width of [1280, 390]) {
    it(`shows all of a training at ${width} pixels`, async () => {
      const training = renderTraining(sampleTrainingDocument());
      const { page, complaints, requests } = await open("training.html", training.html, { width });
      expect(complaints).deep.equal([]);
      expect(requests.filter((url) => !url.startsWith("data:"))).length(1);
      expect(await page.getByText("Done: 17 epochs.").first().isVisible()).equal(true);
      expect(await page.locator("figure svg").count()).equal(training.figures.length);
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).equal(width);
      expect(await page.evaluate<string[]>(wordsOutsideDrawings)).deep.equal([]);
      await page.close();
    });
  }

  it("runs nothing that a document brings along", async () => {
    const hostile = sampleRunDocument({ images: 100 });
    const attack = `"'></text></svg></style><img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`;
    hostile.network.name = hostile.dataset.caveat = hostile.run.subject.description = hostile.layers[0].id = attack;
    hostile.confusion.classNames[0] = attack;
    const { page, complaints, requests } = await open("hostile.html", renderReport(hostile).html, { width: 1280 });
    expect(await page.title())
      .contain("<script>")
      .and.not.equal("taken");
    expect(requests.filter((url) => !url.startsWith("data:"))).length(1);
    expect(complaints).deep.equal([]);
    expect(await page.locator("img, script").count()).equal(0);
    await page.close();
  });
});

// What runs in the page is text: this program is compiled without the types of a browser.

/** The least contrast of any text with the page, as WCAG 2 defines contrast and relative luminance. */
const faintestText = `(() => {
  const luminance = (rgb) => {
    const [r, g, b] = rgb.match(/\\d+/g).map((each) => {
      const part = Number(each) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = luminance(getComputedStyle(document.body).backgroundColor);
  const contrasts = [...document.querySelectorAll("p, td, th, dt, span, h1, h2, h3, figcaption")].map((element) => {
    const ink = luminance(getComputedStyle(element).color);
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  });
  return Math.min(...contrasts);
})()`;

/** The texts of figures that stand out of their drawings, each with the drawing's title. */
const wordsOutsideDrawings = `[...document.querySelectorAll("figure svg")].flatMap((drawing) => {
  const frame = drawing.getBoundingClientRect();
  return [...drawing.querySelectorAll("text")]
    .filter((text) => {
      const box = text.getBoundingClientRect();
      return box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
    })
    .map((text) => drawing.getAttribute("aria-label") + ": " + text.textContent);
})`;
