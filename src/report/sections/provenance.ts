import type { MacroSummary, RunDocument } from "../../record/run-document.js";
import type { Figure } from "../figures/figure.js";
import { timingFigure } from "../figures/timing.js";
import { duration, significant } from "../../base/format.js";
import { type Html, html } from "../html.js";
import { factTable, figureBlock, section } from "../parts.js";
import { reproduceCommand, reproductionNeeds } from "../reproduce.js";
import { hybridInWords, imagesInWords, kindInWords } from "../words.js";

/** How long it took. */
export function timingSection(document: RunDocument): { html: Html; figures: Figure[] } {
  const { steps, imagesPerSecond } = document.timing;
  const figures = steps.length === 0 ? [] : [timingFigure(document)];
  const total = steps.reduce((sum, { seconds }) => sum + seconds, 0);
  const lead = `${duration(total)} in all; ${significant(imagesPerSecond)} images a second, subject and reference each counted.`;
  return {
    html: section(
      "timing",
      "Time",
      lead,
      html`<div class="many">${figures.map((figure) => figureBlock(figure))}</div>`,
    ),
    figures,
  };
}

/** Everything needed to trust the figures, and to get them again. */
export function provenanceSection(document: RunDocument): Html {
  const { run, dataset, network } = document;
  const content = html`${factTable([
      ["Run", html`<code>${run.id}</code>, started ${run.startedAt}`],
      ["Result", hash(run.resultHash)],
      ["Configuration", hash(run.configHash)],
      ["Network", html`${network.name} ${hash(run.networkHash)}`],
      [
        "Images",
        html`${dataset.name}, ${imagesInWords(document)}, from ${dataset.location} ${hash(run.dataFingerprint)}`,
      ],
      ["About the images", dataset.caveat],
      ["Seed", String(run.seed)],
      ["Subject", macro(run.subject)],
      ["Reference", macro(run.reference)],
      ["On the subject", run.contents?.onSubject && hybridInWords(run.contents.onSubject)],
      ["Versions", `nas4cim ${run.versions.nas4cim}, Node ${run.versions.node}`],
      ["Host", `${run.host.platform} ${run.host.arch}, ${run.host.cpus} CPUs`],
    ])}
    <h3>To get these figures again</h3>
    <pre tabindex="0"><code>${reproduceCommand(document)}</code></pre>
    <p>It needs:</p>
    <ul>
      ${reproductionNeeds(document).map((need) => html`<li>${need}</li>`)}
    </ul>
    <p>
      ${
        run.subject.kind === "silicon"
          ? "A chip reads differently each time: expect figures within the intervals, not the same result hash."
          : "The result hash covers every figure of this page but times: an equal hash is an equal result."
      }
      Hashes are SHA-256.
    </p>`;
  return section("provenance", "Provenance", "What the figures rest on.", content);
}

function macro(summary: MacroSummary): Html {
  const { name, driver, chipId, description } = summary;
  return html`${name}: ${kindInWords(summary)}; driver <code>${driver}</code>, chip <code>${chipId}</code>.
    ${description}`;
}

function hash(value: string): Html {
  return html`<code>${value}</code>`;
}
