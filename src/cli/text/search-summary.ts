import { count, moment } from "../../base/format.js";
import type { SearchDocument } from "../../record/search.js";
import { configurationOf } from "../../search/search-configuration.js";
import type { Selection } from "../../search/select.js";
import { storedSignificances } from "../../search/reselect.js";
import { operatorWords } from "../../search/space/choices.js";
import { searchesTable, selectionsText } from "./search-text.js";
import { significanceTable } from "./significance-text.js";
import { printable } from "../../base/printable.js";

/** One search for a terminal: what was searched, the voices, and what was chosen. Plain text, no colours. */
export function searchSummary(document: SearchDocument): string {
  const { search, selections, candidates } = document;
  if (search.status !== "done") return searchesTable([search]);
  const { settings } = configurationOf(search);
  const words = operatorWords(settings.space);
  const { task, hardware } = storedSignificances(document);
  const failed = candidates.filter(({ failure }) => failure !== undefined).length;
  return [
    `search ${search.id}, started ${moment(search.startedAt)}: ${printable(settings.space.title)}`,
    `${count(candidates.length)} candidates, ${count(failed)} without a cost; Top-${settings.top} by ${settings.metric} on ${printable(settings.hardware.name)}, ${settings.profile}, ${settings.schedule}`,
    significanceTable("task", task, words),
    significanceTable("hardware", hardware, words),
    selectionsText(search.id, selections as Selection[]),
  ].join("\n\n");
}
