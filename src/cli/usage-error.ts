import type { CommanderError } from "commander";
import { NasError } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";

/** What commander says about a wrong command line, as an error of ours; its suggestion becomes the hint. */
export function usageError(error: CommanderError): NasError {
  if (error.code === "commander.help") {
    return new NasError("NAS_CLI_USAGE", "no command was given", { hint: "`nas4cim --help` lists the commands" });
  }
  const message = error.message.replace(/^error: /, "");
  const [first, suggestion] = message.split("\n").map((line) => line.replace(/^\((.*)\)$/, "$1"));
  return new NasError("NAS_CLI_USAGE", first, {
    hint: suggestion ?? "`nas4cim --help` and `nas4cim <command> --help` list what there is",
  });
}

/** A value of an option or argument that is none of those known. */
export function unknownValue(what: string, value: string, known: readonly string[]): NasError {
  const nearest = nearestName(value, known);
  return new NasError("NAS_CLI_USAGE", `${what} "${value}" is unknown`, {
    hint: nearest === undefined ? `known: ${known.join(", ")}` : `did you mean "${nearest}"?`,
    context: { value, known },
  });
}
