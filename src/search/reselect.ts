import { NasError } from "../base/errors.js";
import type { SearchDocument } from "../record/search.js";
import { configurationOf } from "./search-configuration.js";
import {
  hardwareSignificance,
  type Selection,
  selectNetwork,
  type SelectionRequest,
  taskSignificance,
} from "./select.js";
import { chipSignificance } from "./significance/chip-losses.js";
import type { Significances } from "./significance/fuse.js";
import type { Significance } from "./significance/significance.js";

/**
 * The significances of a finished search, from its record alone; `chip` in place of the search's own, where it is given.
 * @throws NAS_SEARCH_SETTINGS where the search is not done, or its ledger is smaller than K
 */
export function storedSignificances(
  { search, stages, candidates }: SearchDocument,
  request: Pick<SelectionRequest, "top" | "metric"> = {},
  chip?: Significance,
): Significances {
  if (search.status !== "done") {
    throw new NasError(
      "NAS_SEARCH_SETTINGS",
      `search ${search.id} is ${search.status}: its candidates are not all judged`,
      {
        hint: `go on with: nas4cim search --resume ${search.id}`,
        context: { searchId: search.id, status: search.status },
      },
    );
  }
  const { settings } = configurationOf(search);
  const voice = chip ?? storedChip(stages);
  return {
    task: taskSignificance(stages as { shares: Significance }[]),
    hardware: hardwareSignificance(settings, candidates, request.top, request.metric),
    ...(voice === undefined ? {} : { chip: voice }),
  };
}

/** What the search itself measured on a chip, where it did. */
function storedChip(stages: readonly unknown[]): Significance | undefined {
  const points = (stages as { chipLossPoints?: number[][] }[]).map(({ chipLossPoints }) => chipLossPoints);
  return points.includes(undefined) ? undefined : chipSignificance(points.flatMap((rows) => rows!));
}

/** Chooses anew from what a search found, without training. @throws NAS_SEARCH_SETTINGS, NAS_SEARCH_OBJECTIVE */
export function reselect(document: SearchDocument, request: SelectionRequest, chip?: Significance): Selection {
  const { settings } = configurationOf(document.search);
  return selectNetwork(settings, storedSignificances(document, request, chip), request);
}
