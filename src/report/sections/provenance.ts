import type { MacroSummary, RunDocument } from "../../record/run-document.js";
import type { Figure } from "../figures/chart.js";
import { timingFigure } from "../figures/timing.js";
import { duration, significant } from "../../base/format.js";
import { type Html, html } from "../html.js";
import { factTable, figureBlock, section } from "../parts.js";
import { imagesInWords, kindNames, shellQuoted } from "../words.js";

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
      ["Versions", `nas4cim ${run.versions.nas4cim}, Node ${run.versions.node}`],
      ["Host", `${run.host.platform} ${run.host.arch}, ${run.host.cpus} CPUs`],
    ])}
    <h3>To get these figures again</h3>
    <pre><code>${reproduceCommand(document)}</code></pre>
    <p>
      With the same bench.config.json and the network of the hash above.
      ${
        run.subject.kind === "silicon"
          ? "A chip reads differently each time: expect figures within the intervals, not the same result hash."
          : "The result hash covers every figure of this page but times: an equal hash is an equal result."
      }
      Hashes are SHA-256.
    </p>`;
  return section("provenance", "Provenance", "What the figures rest on.", content);
}

/** The command line that starts the same run, quoted for a POSIX shell. */
export function reproduceCommand({ run, dataset }: RunDocument): string {
  const options = [
    ["--subject", run.subject.name],
    ["--reference", run.reference.name],
    ["--dataset", dataset.name],
    ["--images", dataset.selection],
    ["--seed", String(run.seed)],
  ];
  return `nas4cim run ${options.map(([name, value]) => `${name} ${shellQuoted(value)}`).join(" ")}`;
}

function macro({ name, kind, driver, chipId, description }: MacroSummary): Html {
  return html`${name}: ${kindNames[kind]}, driver <code>${driver}</code>, chip <code>${chipId}</code>. ${description}`;
}

function hash(value: string): Html {
  return html`<code>${value}</code>`;
}
