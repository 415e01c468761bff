import type { RunDocument } from "../record/run-document.js";
import type { TrainingEpoch } from "../record/training.js";
import { html } from "./html.js";
import { framePage, type Report } from "./page-frame.js";
import { accuracySection } from "./sections/accuracy.js";
import { classesSection } from "./sections/classes.js";
import { hardwareSection } from "./sections/hardware.js";
import { headline } from "./sections/headline.js";
import { codesSection, layersSection } from "./sections/layers.js";
import { offsetsSection } from "./sections/offsets.js";
import { populationSection } from "./sections/population.js";
import { provenanceSection, timingSection } from "./sections/provenance.js";
import { trainingSection } from "./sections/training.js";

export type { Report } from "./page-frame.js";

/**
 * Draws the report of a run; the same document and training give the same bytes. Nothing of them is taken as markup.
 * `training`: the epochs of the network's own training, where its folder tells of them.
 */
export function renderReport(document: RunDocument, training: readonly TrainingEpoch[] = []): Report {
  const { run, network, dataset } = document;
  const sections = [
    accuracySection(document),
    populationSection(document),
    offsetsSection(document),
    classesSection(document),
    layersSection(document),
    codesSection(document),
    hardwareSection(document),
    trainingSection(training),
    timingSection(document),
  ];
  return framePage(
    {
      title: `${network.name} on ${dataset.name}, run ${run.id}`,
      version: run.versions.nas4cim,
      header: headline(document),
      main: html`${sections.map((section) => section.html)} ${provenanceSection(document)}`,
    },
    sections.flatMap((section) => section.figures),
  );
}
