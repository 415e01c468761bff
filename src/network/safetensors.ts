import { NasError, messageOf } from "../base/errors.js";

/** A dense tensor as a safetensors file holds it. Supported types: F32, F64, I8, U8, I32. */
export type Tensor = { shape: number[] } & (
  | { dtype: "F32"; data: Float32Array }
  | { dtype: "F64"; data: Float64Array }
  | { dtype: "I8"; data: Int8Array }
  | { dtype: "U8"; data: Uint8Array }
  | { dtype: "I32"; data: Int32Array }
);

const arrayOf = { F32: Float32Array, F64: Float64Array, I8: Int8Array, U8: Uint8Array, I32: Int32Array } as const;
type Dtype = keyof typeof arrayOf;

/** A header beyond this is not a header of ours but an attack or a broken file. */
const maxHeaderBytes = 10_000_000;

/**
 * Reads a safetensors file: eight bytes little-endian header length, a JSON header, then the tensors' bytes.
 * Every offset is checked against the file before it is used; `origin` names the file in errors.
 * @throws NAS_NETWORK_WEIGHTS where the file is truncated, its header is no JSON or contradicts its bytes
 */
export function readSafetensors(
  bytes: Uint8Array,
  origin: string,
): { tensors: Map<string, Tensor>; metadata: Record<string, string> } {
  const fail = (what: string, context: Record<string, unknown> = {}): never => {
    throw new NasError("NAS_NETWORK_WEIGHTS", `${origin}: ${what}`, {
      hint: "the file is damaged or no safetensors file; fetch or export it again",
      context: { file: origin, ...context },
    });
  };
  if (bytes.length < 8)
    fail(`truncated: ${bytes.length} bytes, a safetensors file begins with 8 bytes of header length`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > maxHeaderBytes)
    fail(`its first 8 bytes give a header of ${headerBytes} bytes, more than any real one`);
  if (8 + headerBytes > bytes.length)
    fail(`truncated: the header wants ${headerBytes} bytes, ${bytes.length - 8} are there`);
  let header: unknown;
  try {
    header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + headerBytes)).toString("utf8"));
  } catch (error) {
    fail(`header is not JSON: ${messageOf(error)}`);
  }
  if (header === null || typeof header !== "object" || Array.isArray(header)) fail("header is not a JSON object");
  const entries: NamedEntry[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header as Record<string, unknown>)) {
    if (name === "__metadata__") {
      if (!isMetadata(entry)) fail("__metadata__ is no object of strings");
      metadata = entry as Record<string, string>;
      continue;
    }
    if (!isEntry(entry)) fail(`tensor "${name}" has no valid dtype, shape and data_offsets`, { tensor: name });
    const { dtype, shape, data_offsets: offsets } = entry as Entry;
    if (!Object.hasOwn(arrayOf, dtype))
      fail(`tensor "${name}" has type ${dtype}; supported are ${Object.keys(arrayOf).join(", ")}`, { tensor: name });
    const wanted = shape.reduce((product, side) => product * side, 1) * arrayOf[dtype as Dtype].BYTES_PER_ELEMENT;
    const given = offsets[1] - offsets[0];
    if (given !== wanted)
      fail(`tensor "${name}" of shape [${shape.join(", ")}] wants ${wanted} bytes, its offsets give ${given}`);
    entries.push({ ...(entry as Entry), name });
  }
  const data = bytes.subarray(8 + headerBytes);
  assertCovered(entries, data.length, fail);
  // Copied, because a typed array wants an aligned start and the file's offsets need not be; by Uint8Array.from, because
  // the slice of a Buffer is no copy.
  const tensors = new Map<string, Tensor>();
  for (const { name, dtype, shape, data_offsets: offsets } of entries) {
    const { buffer } = Uint8Array.from(data.subarray(...offsets));
    tensors.set(name, { dtype, shape, data: new arrayOf[dtype as Dtype](buffer) } as Tensor);
  }
  return { tensors, metadata };
}

type NamedEntry = Entry & { name: string };

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/**
 * The tensors must fill the data without gap or overlap, as the format wants: else a small file could name its bytes many
 * times over and fill the memory.
 */
function assertCovered(entries: readonly NamedEntry[], dataBytes: number, fail: (what: string) => never): void {
  let covered = 0;
  const inFileOrder = entries.toSorted(
    (a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  );
  for (const { name, data_offsets: offsets } of inFileOrder) {
    const [begin, end] = offsets;
    if (end > dataBytes) fail(`truncated: tensor "${name}" ends at byte ${end} of the data, ${dataBytes} are there`);
    if (begin !== covered)
      fail(`tensor "${name}" begins at byte ${begin} of the data, what is before it ends at ${covered}`);
    covered = end;
  }
  if (covered !== dataBytes) fail(`${dataBytes - covered} bytes after its tensors belong to none of them`);
}

function isEntry(entry: unknown): entry is Entry {
  if (entry === null || typeof entry !== "object") return false;
  const { dtype, shape, data_offsets: offsets } = entry as Partial<Entry>;
  const natural = (value: unknown) => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
  return (
    typeof dtype === "string" &&
    Array.isArray(shape) &&
    shape.every(natural) &&
    Array.isArray(offsets) &&
    offsets.length === 2 &&
    offsets.every(natural) &&
    offsets[0] <= offsets[1]
  );
}

function isMetadata(entry: unknown): entry is Record<string, string> {
  if (entry === null || typeof entry !== "object" || Array.isArray(entry)) return false;
  return Object.values(entry).every((value) => typeof value === "string");
}

/** Writes tensors as one safetensors file; names sorted, so that equal tensors give equal bytes. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Record<string, string> = {},
): Uint8Array {
  const header = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) header.set("__metadata__", metadata);
  let offset = 0;
  const names = [...tensors.keys()].sort();
  for (const name of names) {
    const { dtype, shape, data } = tensors.get(name)!;
    header.set(name, { dtype, shape, data_offsets: [offset, offset + data.byteLength] });
    offset += data.byteLength;
  }
  let json = JSON.stringify(Object.fromEntries(header));
  // The format wants the data aligned to 8 bytes; spaces after the JSON are allowed for that.
  while ((Buffer.byteLength(json) + 8) % 8 !== 0) json += " ";
  const headerBytes = Buffer.from(json, "utf8");
  const file = new Uint8Array(8 + headerBytes.length + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes.length), true);
  file.set(headerBytes, 8);
  let position = 8 + headerBytes.length;
  for (const name of names) {
    const { data } = tensors.get(name)!;
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}
