import { shellQuoted } from "../../report/words.js";

/** What a person may type next, as the last line of a result; arguments are quoted for a shell where they need it. */
export function nextStep(what: string, command: string, ...parameters: string[]): string {
  return `next: nas4cim ${[command, ...parameters.map(shellQuoted)].join(" ")}   (${what})`;
}
