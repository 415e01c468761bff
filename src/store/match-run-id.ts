import { NasError } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";

/**
 * The one known id that begins with what a person typed; `known` is newest first, `kind` what goes by these ids.
 * @throws NAS_RECORD_NOT_FOUND where none or several do, naming the near ones.
 */
export function matchRunId(
  typed: string,
  known: readonly string[],
  kind: "run" | "training" | "search" = "run",
): string {
  if (known.includes(typed)) return typed;
  const matches = typed === "" ? [] : known.filter((id) => id.startsWith(typed));
  if (matches.length === 1) return matches[0];
  throw notFound(typed, known, matches, kind);
}

/** How many ids an error names at most. */
const mostNamed = 5;

function notFound(id: string, known: readonly string[], matches: readonly string[], kind: string): NasError {
  if (known.length === 0) {
    return new NasError("NAS_RECORD_NOT_FOUND", `there are no ${kindsOf(kind)} in this store`, {
      hint: `start a ${kind} first, or name the folder that holds the runs`,
      context: { id },
    });
  }
  if (matches.length > 1) {
    const named = matches.slice(0, mostNamed);
    const more = matches.length > named.length ? ` and ${matches.length - named.length} more` : "";
    return new NasError(
      "NAS_RECORD_NOT_FOUND",
      `"${id}" begins ${matches.length} ${kindsOf(kind)}: ${named.join(", ")}${more}`,
      {
        hint: "type more of the id",
        context: { id, matches: named },
      },
    );
  }
  const nearest = nearestName(id, known);
  const near = nearest === undefined ? known.slice(0, mostNamed) : [nearest];
  return new NasError("NAS_RECORD_NOT_FOUND", `there is no ${kind} "${id}"`, {
    hint: nearest === undefined ? `the newest are ${near.join(", ")}` : `did you mean ${nearest}?`,
    context: { id, near },
  });
}

function kindsOf(kind: string): string {
  return kind === "search" ? "searches" : `${kind}s`;
}
