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
 * @throws NAS_NETWORK_WEIGHTS where the file is truncated, its header is no JSON or contradicts its bytes.
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
  const tensors = new Map<string, Tensor>();
  let metadata: Record<string, string> = {};
  const dataStart = 8 + headerBytes;
  for (const [name, entry] of Object.entries(header as Record<string, unknown>)) {
    if (name === "__metadata__") {
      metadata = entry as Record<string, string>;
      continue;
    }
    if (!isEntry(entry)) fail(`tensor "${name}" has no valid dtype, shape and data_offsets`, { entry });
    const { dtype, shape, data_offsets: offsets } = entry as Entry;
    if (!(dtype in arrayOf))
      fail(`tensor "${name}" has type ${dtype}; supported are ${Object.keys(arrayOf).join(", ")}`);
    const arrayType = arrayOf[dtype as Dtype];
    const [begin, end] = offsets;
    const wanted = shape.reduce((product, side) => product * side, 1) * arrayType.BYTES_PER_ELEMENT;
    if (end - begin !== wanted)
      fail(`tensor "${name}" of shape [${shape.join(", ")}] wants ${wanted} bytes, its offsets give ${end - begin}`);
    if (dataStart + end > bytes.length) {
      fail(`truncated: tensor "${name}" ends at byte ${dataStart + end}, the file has ${bytes.length}`);
    }
    // Copied, because a typed array wants an aligned start and the file's offsets need not be; by Uint8Array.from, because
    // the slice of a Buffer is no copy.
    const data = new arrayType(Uint8Array.from(bytes.subarray(dataStart + begin, dataStart + end)).buffer);
    tensors.set(name, { dtype, shape, data } as Tensor);
  }
  return { tensors, metadata };
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
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

/** Writes tensors as one safetensors file; names sorted, so that equal tensors give equal bytes. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Record<string, string> = {},
): Uint8Array {
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let offset = 0;
  const names = [...tensors.keys()].sort();
  for (const name of names) {
    const { dtype, shape, data } = tensors.get(name)!;
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  let json = JSON.stringify(header);
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
