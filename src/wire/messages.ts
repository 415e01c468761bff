import { createHash } from "node:crypto";
import { canonicalJson } from "../base/canonical-json.js";
import { NasError } from "../base/errors.js";
import { adcOutputs, adcRails, type MacroSpec } from "../macro/macro.js";
import { readMap, writeMap } from "./cbor.js";
import * as constants from "./constants.js";
import {
  operations,
  structs,
  type Capabilities,
  type OperationName,
  type StructName,
  type StructValues,
} from "./constants.js";
import { layoutBytes, readLayout, writeLayout } from "./layout.js";
import { packedRowBytes } from "./packing.js";

/** Header fields and body of a request or a reply, as bytes. */
export function writeMessage<F extends readonly constants.Field[]>(
  header: F,
  values: StructValues<F>,
  body: Uint8Array,
): Uint8Array {
  const headerBytes = layoutBytes(header);
  const message = new Uint8Array(headerBytes + body.length);
  writeLayout(header, values, new DataView(message.buffer));
  message.set(body, headerBytes);
  return message;
}

/** A body: a fixed layout and what follows it. */
export function writeBody<N extends StructName>(
  name: N,
  values: StructValues<(typeof structs)[N]>,
  data: Uint8Array = new Uint8Array(),
): Uint8Array {
  return writeMessage<readonly constants.Field[]>(structs[name], values, data);
}

/** Reads a body; what follows the layout must have `dataBytes` of its values. @throws NAS_WIRE_PROTOCOL */
export function readBody<N extends StructName>(
  name: N,
  body: Uint8Array,
  dataBytes: (values: StructValues<(typeof structs)[N]>) => number = () => 0,
): { values: StructValues<(typeof structs)[N]>; data: Uint8Array } {
  const values = readLayout(structs[name] as readonly constants.Field[], body) as StructValues<(typeof structs)[N]>;
  const data = body.subarray(layoutBytes(structs[name]));
  const wanted = dataBytes(values);
  if (data.length !== wanted)
    throw new NasError("NAS_WIRE_PROTOCOL", `"${name}" is followed by ${data.length} bytes, not ${wanted}`, {
      hint: "the other side breaks docs/wire-protocol.md: correct its firmware",
      context: { body: name, bytes: data.length, wanted },
    });
  return { values, data };
}

const names = new Map<number, OperationName>(
  Object.entries(operations).map(([name, { value }]) => [value, name as OperationName]),
);

/** The operation of that number, or undefined. */
export function operationOf(value: number): OperationName | undefined {
  return names.get(value);
}

const statusNames = new Map<number, constants.StatusName>(
  Object.entries(constants.statuses).map(([name, { value }]) => [value, name as constants.StatusName]),
);

/** The status of that number, or undefined. */
export function statusOf(value: number): constants.StatusName | undefined {
  return statusNames.get(value);
}

/** Bytes of packed inputs. */
export function inputBytes(values: { vectors: number; rows: number; bits: number }): number {
  return values.vectors * packedRowBytes(values.rows, values.bits);
}

/** Bits of a product and their sign: as few as hold every value that the macro can answer. */
export function productWidth(
  spec: Pick<MacroSpec, "adcBits" | "differential">,
  want: "codes" | "sums",
  bits: number,
): { width: number; isSigned: boolean } {
  return { width: spec.adcBits + (want === "sums" ? bits : 0), isSigned: adcRails(spec).low < 0 };
}

/** Values of one vector's answer. */
export function productsPerVector(
  spec: Pick<MacroSpec, "differential">,
  want: "codes" | "sums",
  bits: number,
  columns: number,
): number {
  return adcOutputs(spec, columns) * (want === "codes" ? bits : 1);
}

const differentials = ["row-pair", "column-pair", "host"] as const;

/** What capabilities say of the macro. @throws NAS_WIRE_PROTOCOL where they contradict the contract */
export function specOf(capabilities: Capabilities): MacroSpec {
  const differential = differentials.find((name) => name === capabilities.differential);
  const steps = capabilities.adcStepLevels;
  const isAscending = steps.every((levels, index) => index === 0 || levels > steps[index - 1]);
  if (differential === undefined || !isAscending || steps.some((levels) => Math.log2(levels) % 1 !== 0))
    throw new NasError(
      "NAS_WIRE_PROTOCOL",
      `the board's capabilities are impossible: differential "${capabilities.differential}", ADC steps ${steps.join(", ")}`,
      {
        hint: "correct its firmware: docs/wire-protocol.md lists what a board may say",
        context: { differential: capabilities.differential, adcStepLevels: [...steps] },
      },
    );
  const { arrays, arrayRows, arrayColumns, cellBits, inputBits, adcBits, shiftAdd, maxVectors } = capabilities;
  return {
    contract: 2,
    arrayRows,
    arrayColumns,
    arrays,
    cellBits,
    inputBits,
    adcBits,
    differential,
    shiftAdd,
    adcStepLevels: [...steps],
    maxVectors,
  };
}

export function writeCapabilities(capabilities: Capabilities): Uint8Array {
  return writeMap("capabilities", capabilities);
}

export function readCapabilities(bytes: Uint8Array): Capabilities {
  return readMap("capabilities", bytes);
}

/** Names, numbers and types of all messages, without what they say to a person: the first 8 bytes of its SHA-256. */
export const schemaHash: Uint8Array = Uint8Array.from(
  createHash("sha256")
    .update(
      canonicalJson(
        withoutDocs([constants.frameHeader, constants.operations, constants.statuses, structs, constants.maps]),
      ),
    )
    .digest()
    .subarray(0, 8),
);

function withoutDocs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDocs);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "doc")
      .map(([key, member]) => [key, withoutDocs(member)]),
  );
}
