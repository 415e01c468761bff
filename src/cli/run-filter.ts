import type { StoredRun } from "../store/stored-run.js";
import { NasError } from "../base/errors.js";
import { unknownValue } from "./usage-error.js";

type Matches = (run: StoredRun, text: string) => boolean;

const contains = (found: string | undefined, text: string) =>
  found?.toLowerCase().includes(text.toLowerCase()) ?? false;

/** What runs can be chosen by: the name before the "=" of --filter, and what its text must meet. */
const filters: Readonly<Record<string, { meaning: string; matches: Matches }>> = {
  status: { meaning: "the status is", matches: ({ status }, text) => status === text },
  tag: { meaning: "has the tag", matches: ({ tags }, text) => tags.includes(text) },
  note: { meaning: "the note contains", matches: ({ note }, text) => contains(note, text) },
  network: {
    meaning: "the network's name contains",
    matches: ({ headline }, text) => contains(headline?.network, text),
  },
  dataset: { meaning: "the data set is", matches: ({ headline }, text) => headline?.dataset === text },
  subject: { meaning: "the subject's name is", matches: ({ subject }, text) => subject.name === text },
  reference: { meaning: "the reference's name is", matches: ({ reference }, text) => reference.name === text },
  seed: { meaning: "the seed is", matches: ({ seed }, text) => String(seed) === text },
  since: { meaning: "started at this date or later", matches: ({ startedAt }, text) => startedAt >= text },
  before: { meaning: "started before this date", matches: ({ startedAt }, text) => startedAt < text },
};

/** Reads the values of --filter, "name=text" each; a run must meet all of them. @throws NAS_CLI_USAGE */
export function runFilter(texts: readonly string[]): (run: StoredRun) => boolean {
  const wanted = texts.map((text) => {
    const [name, ...rest] = text.split("=");
    if (!Object.hasOwn(filters, name)) throw unknownValue("--filter", name, Object.keys(filters));
    if (rest.length === 0) {
      throw new NasError("NAS_CLI_USAGE", `--filter "${text}" has no "="`, {
        hint: `give ${name}=… : a run is listed where ${filters[name].meaning} …`,
        context: { filter: text },
      });
    }
    const value = rest.join("=");
    return (run: StoredRun) => filters[name].matches(run, value);
  });
  return (run) => wanted.every((matches) => matches(run));
}

/** What --help says of the names. */
export function filterHelp(): string {
  const width = Math.max(...Object.keys(filters).map((name) => name.length));
  const lines = Object.entries(filters).map(([name, { meaning }]) => `  ${name.padEnd(width)}  ${meaning} …`);
  return ["", "Filters (name=text; several must all hold):", ...lines].join("\n");
}
