import type { StoredSearch } from "../record/search.js";
import type { SearchSettings } from "./search-settings.js";

/** A search's configuration as it is stored: all that decides the result, and where its inputs lie. */
export interface SearchConfiguration {
  settings: SearchSettings;
  teacherFolder: string;
  dataPath?: string;
}

/** What decides a search, as its record tells it. */
export function configurationOf(search: StoredSearch): SearchConfiguration {
  return search.settings as SearchConfiguration;
}
