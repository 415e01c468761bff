import { count, moment, percent, percentDigits, significant } from "../../base/format.js";
import type { StoredSearch } from "../../record/search.js";
import type { Selection } from "../../search/select.js";
import { printable } from "../../base/printable.js";
import { textTable } from "./text-table.js";
import type { Deployed } from "../../search/deploy.js";

/** Searches one a line, in the order given. Plain text, no colours. */
export function searchesTable(searches: readonly StoredSearch[]): string {
  if (searches.length === 0) return "no searches yet";
  const rows = searches.map(({ id, status, startedAt, space, dataset, seed, stagesDone, candidates, failure }) =>
    [
      id,
      status,
      moment(startedAt),
      space,
      dataset,
      String(seed),
      count(stagesDone),
      count(candidates),
      failure?.message ?? "",
    ].map(printable),
  );
  const names = ["search", "status", "started", "space", "dataset", "seed", "stages", "candidates", ""];
  return textTable([names, ...rows], ["left", "left", "left", "left", "left", "right", "right", "right", "left"]);
}

/** What was chosen, one objective a line, and how to choose anew. */
export function selectionsText(searchId: string, selections: readonly Selection[]): string {
  const rows = selections.map(({ objective, chosen }) => [
    printable(objective),
    chosen.network,
    significant(chosen.edp!, 4),
    significant(chosen.latencyMs!, 4),
    significant(chosen.energyMillijoule!, 4),
    count(chosen.parameters!),
    count(chosen.macs!),
  ]);
  const names = ["objective", "network", "EDP ms·mJ", "latency ms", "energy mJ", "parameters", "MACs"];
  return [
    textTable([names, ...rows], ["left", "left", "right", "right", "right", "right", "right"]),
    "",
    `search ${searchId}; other weights: nas4cim select ${searchId} --objective w=TASK,HARDWARE`,
  ].join("\n");
}

/** What came of the chosen networks, one a line; empty where none was trained. */
export function deployedText(deployed: readonly Deployed[]): string {
  if (deployed.length === 0) return "";
  const rows = deployed.map(
    ({ objective, network, testImages, floatCorrect, quantizedCorrect, runId, networkFolder }) => {
      const share = (correct: number) => percent(correct / testImages, percentDigits(testImages));
      return [objective, network, share(floatCorrect), share(quantizedCorrect), runId, networkFolder].map(printable);
    },
  );
  const names = ["objective", "network", "float", "integer", "run", "folder"];
  return textTable([names, ...rows], ["left", "left", "right", "right", "left", "left"]);
}
