import { inspect } from "node:util";
import { decode, encode } from "cborg";
import { isNasError, messageOf, NasError } from "../base/errors.js";
import { maps, wireLimits, type Entry, type MapName, type MapValues } from "./constants.js";

/** Writes one of the protocol's maps as CBOR in cborg's deterministic form. The values fit their schema. */
export function writeMap<N extends MapName>(name: N, values: Readonly<MapValues<(typeof maps)[N]>>): Uint8Array {
  const known = values as Record<string, unknown>;
  const entries = (maps[name] as readonly Entry[]).map((entry) => [entry.name, known[entry.name]] as const);
  const written = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  return encode(written, { float64: true });
}

/**
 * Reads a map strictly: definite lengths, no duplicate key, no tag, every entry of its type and within its bounds. Keys that
 * nobody knows are ignored, so that a later minor version can add some.
 * @throws NAS_WIRE_PROTOCOL
 */
export function readMap<N extends MapName>(name: N, bytes: Uint8Array): MapValues<(typeof maps)[N]> {
  try {
    if (bytes.length > wireLimits.mostCbor.value)
      throw broken(`has ${bytes.length} bytes, at most ${wireLimits.mostCbor.value} are taken`);
    const value: unknown = decode(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true,
      useMaps: true,
    });
    if (!(value instanceof Map)) throw broken("is no map");
    const read: Record<string, unknown> = {};
    for (const entry of maps[name] as readonly Entry[]) {
      const found: unknown = value.get(entry.name);
      if (found === undefined && entry.optional) continue;
      if (!fits(entry, found)) throw broken(`has a "${entry.name}" that is ${shown(found)}`);
      read[entry.name] = found;
    }
    return read as MapValues<(typeof maps)[N]>;
  } catch (error) {
    throw new NasError(
      "NAS_WIRE_PROTOCOL",
      `the other side's "${name}" ${isNasError(error) ? error.message : messageOf(error)}`,
      {
        hint: "it breaks docs/wire-protocol.md: correct its firmware",
        context: { map: name, bytes: bytes.length },
        cause: error,
      },
    );
  }
}

function broken(message: string): NasError {
  return new NasError("NAS_WIRE_PROTOCOL", message, { hint: "see docs/wire-protocol.md" });
}

function fits({ type, least = 0, most }: Entry, value: unknown): boolean {
  switch (type) {
    case "uint":
      return isUint(value) && value >= least && value <= most;
    case "text":
      return typeof value === "string" && isWithin(Buffer.byteLength(value), least, most);
    case "bytes":
      return value instanceof Uint8Array && isWithin(value.length, least, most);
    case "uints":
      return Array.isArray(value) && isWithin(value.length, least, most) && value.every(isUint);
    case "bool":
      return typeof value === "boolean";
    case "float":
      return Number.isFinite(value);
  }
}

function isUint(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isWithin(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

function shown(value: unknown): string {
  return value === undefined ? "missing" : inspect(value, { depth: 0 }).slice(0, 60);
}
