import { NasError } from "../base/errors.js";
import type { Field, FieldType, StructValues } from "./constants.js";

const sizes: Record<FieldType, number> = { u8: 1, u16: 2, u32: 4, i16: 2 };

/** Bytes of a fixed layout. */
export function layoutBytes(fields: readonly Field[]): number {
  return fields.reduce((sum, { type }) => sum + sizes[type], 0);
}

/** Writes a fixed layout, little-endian, and gives the place behind it. The values are in range. */
export function writeLayout<F extends readonly Field[]>(
  fields: F,
  values: Readonly<StructValues<F>>,
  view: DataView,
  at = 0,
): number {
  for (const { name, type } of fields) {
    const value = (values as Record<string, number>)[name];
    if (type === "u8") view.setUint8(at, value);
    else if (type === "u16") view.setUint16(at, value, true);
    else if (type === "u32") view.setUint32(at, value, true);
    else view.setInt16(at, value, true);
    at += sizes[type];
  }
  return at;
}

/** Reads a fixed layout. @throws NAS_WIRE_PROTOCOL where the bytes end before it does */
export function readLayout<F extends readonly Field[]>(fields: F, bytes: Uint8Array, at = 0): StructValues<F> {
  const size = layoutBytes(fields);
  if (bytes.length - at < size)
    throw new NasError("NAS_WIRE_PROTOCOL", `a body of ${bytes.length - at} bytes where at least ${size} are wanted`, {
      hint: "the other side breaks docs/wire-protocol.md: correct its firmware",
      context: { bytes: bytes.length - at, wanted: size },
    });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: Record<string, number> = {};
  for (const { name, type } of fields) {
    if (type === "u8") values[name] = view.getUint8(at);
    else if (type === "u16") values[name] = view.getUint16(at, true);
    else if (type === "u32") values[name] = view.getUint32(at, true);
    else values[name] = view.getInt16(at, true);
    at += sizes[type];
  }
  return values as StructValues<F>;
}
