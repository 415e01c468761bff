import { NasError } from "../base/errors.js";

/**
 * JSON that reads back as the value it came from.
 * @throws NAS_RECORD_STORE naming the place of a NaN, an infinity or a bigint, which JSON would lose or refuse.
 */
export function strictJson(value: unknown, what: string): string {
  const lost = firstLost(value, what);
  if (lost !== undefined) {
    throw new NasError("NAS_RECORD_STORE", `${lost.path} is ${lost.found}, which JSON cannot hold`, {
      hint: "this is a defect of the step that made the value; please report it",
      context: lost,
    });
  }
  return JSON.stringify(value);
}

function firstLost(value: unknown, path: string): { path: string; found: string } | undefined {
  if (typeof value === "number" && !Number.isFinite(value)) return { path, found: String(value) };
  if (typeof value === "bigint" || ArrayBuffer.isView(value))
    return { path, found: Object.prototype.toString.call(value) };
  if (value === null || typeof value !== "object") return undefined;
  for (const [key, member] of Object.entries(value)) {
    const lost = firstLost(member, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
    if (lost !== undefined) return lost;
  }
  return undefined;
}
