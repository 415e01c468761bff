import { type ErrorCode, NasError } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";

/** What the reader of a file says of where it is: the file's name, its error code and the hint that goes with each error. */
export interface JsonOrigin {
  file: string;
  code: ErrorCode;
  hint: string;
}

/** Bounds of a number; `above` excludes its value. */
export interface Bounds {
  above?: number;
  atLeast?: number;
  atMost?: number;
  whole?: boolean;
}

/**
 * One object of a JSON file, read member by member: a missing, surplus, mistyped or out-of-range member throws the origin's
 * code with the file and the member's full path.
 */
export class JsonFields {
  readonly origin: JsonOrigin;
  readonly path: string;
  private readonly members: Readonly<Record<string, unknown>>;
  private readonly read = new Set<string>();

  constructor(origin: JsonOrigin, path: string, value: unknown) {
    this.origin = origin;
    this.path = path;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw refusal(origin, `${path === "" ? "the file" : path} is no object`, value);
    }
    this.members = value as Record<string, unknown>;
  }

  has(key: string): boolean {
    this.read.add(key);
    return Object.hasOwn(this.members, key);
  }

  number(key: string, bounds: Bounds = {}): number {
    const value = this.need(key);
    const { above = -Infinity, atLeast = -Infinity, atMost = Infinity, whole = false } = bounds;
    if (
      typeof value !== "number" ||
      !Number.isFinite(value) ||
      value <= above ||
      value < atLeast ||
      value > atMost ||
      (whole && !Number.isInteger(value))
    ) {
      throw this.wrong(key, value, numberInWords(bounds));
    }
    return value;
  }

  text(key: string): string {
    const value = this.need(key);
    if (typeof value !== "string" || value.trim() === "") throw this.wrong(key, value, "a text");
    return value;
  }

  oneOf<T extends string | number>(key: string, known: readonly T[]): T {
    const value = this.need(key);
    const found = known.find((candidate) => candidate === value);
    if (found === undefined) throw this.wrong(key, value, `one of ${known.join(", ")}`);
    return found;
  }

  object(key: string): JsonFields {
    return new JsonFields(this.origin, this.at(key), this.need(key));
  }

  objects(key: string): JsonFields[] {
    const list = this.need(key);
    if (!Array.isArray(list) || list.length === 0) throw this.wrong(key, list, "a list that is not empty");
    return list.map((item, place) => new JsonFields(this.origin, `${this.at(key)}[${place}]`, item));
  }

  numbers(key: string, bounds: Bounds = {}): number[] {
    const list = this.need(key);
    if (!Array.isArray(list) || list.length === 0) throw this.wrong(key, list, "a list of numbers");
    const byPlace = Object.fromEntries(list.map((item, place) => [String(place), item as unknown]));
    const fields = new JsonFields(this.origin, this.at(key), byPlace);
    return list.map((_item, place) => fields.number(String(place), bounds));
  }

  texts(key: string): string[] {
    const list = this.need(key);
    if (!Array.isArray(list) || list.length === 0 || !list.every((item) => typeof item === "string")) {
      throw this.wrong(key, list, "a list of texts that is not empty");
    }
    return list;
  }

  /** Refuses members that nobody asked for: a misspelt number must not fall back to a default in silence. */
  end(): void {
    for (const key of Object.keys(this.members)) {
      if (this.read.has(key)) continue;
      const nearest = nearestName(key, this.read);
      const meant = nearest === undefined ? `known: ${[...this.read].join(", ")}` : `did you mean "${nearest}"?`;
      throw refusal(this.origin, `${this.at(key)} is unknown; ${meant}`, this.members[key]);
    }
  }

  /** An error about one member, for checks across members. */
  wrong(key: string, value: unknown, expected: string): NasError {
    return refusal(this.origin, `${this.at(key)} is ${JSON.stringify(value)}, expected ${expected}`, value);
  }

  at(key: string): string {
    return this.path === "" ? key : `${this.path}.${key}`;
  }

  private need(key: string): unknown {
    this.read.add(key);
    if (!Object.hasOwn(this.members, key)) throw refusal(this.origin, `${this.at(key)} is missing`, undefined);
    return this.members[key];
  }
}

function refusal({ file, code, hint }: JsonOrigin, what: string, value: unknown): NasError {
  return new NasError(code, `${file}: ${what}`, { hint, context: { file, value } });
}

function numberInWords({ above, atLeast, atMost, whole }: Bounds): string {
  const parts = [whole === true ? "a whole number" : "a number"];
  if (above !== undefined) parts.push(`above ${above}`);
  if (atLeast !== undefined) parts.push(`of at least ${atLeast}`);
  if (atMost !== undefined) parts.push(`of at most ${atMost}`);
  return parts.join(" ");
}
