import { randomInt } from "node:crypto";
import { NasError } from "../base/errors.js";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"; // without i, l, o, u: nobody mistakes one letter for another

/** A new id such as 20261123-051530-k3f9: the start in UTC, then four random letters. Ids sort by start. */
export function newRunId(startedAt: string): string {
  const start = new Date(startedAt);
  if (Number.isNaN(start.getTime())) {
    throw new NasError("NAS_RECORD_STORE", `the start of a run, "${startedAt}", is no ISO 8601 date`, {
      hint: "pass new Date().toISOString()",
      context: { startedAt },
    });
  }
  const [date, time] = start.toISOString().split("T");
  const suffix = Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join("");
  return `${date.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}-${suffix}`;
}

/** Refuses ids that could not be a file name or be mistaken for something else. */
export function checkRunId(id: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(id) && id !== "latest") return id;
  throw new NasError("NAS_RECORD_STORE", `"${id}" is no id for a run`, {
    hint: "use letters, digits, - and _, at most 64 of them, and not the word latest",
    context: { id },
  });
}
