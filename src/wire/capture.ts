import { NasError } from "../base/errors.js";

/**
 * A capture: every byte of a line with direction and time. A file is "NAS4CIM-CAPTURE-1\n", a header (JSON, as one record of kind
 * "header"), then records: u8 kind, time since the last record in µs and length in bytes, both as LEB128, then the bytes.
 */
const magic = new TextEncoder().encode("NAS4CIM-CAPTURE-1\n");

/** down: host to board; up: board to host; opened and closed: the line, with a text. */
export const captureKinds = ["header", "down", "up", "opened", "closed"] as const;
export type CaptureKind = (typeof captureKinds)[number];

export interface CaptureRecord {
  kind: CaptureKind;
  /** Since the capture began. */
  atMs: number;
  bytes: Uint8Array;
}

/** What stands at the beginning of a capture. */
export interface CaptureHeader {
  startedAt: string;
  port: string;
  baudRate: number;
}

const mostRecordBytes = 1 << 24;

/** Makes a capture's bytes, piece by piece; who writes them where is the caller's business. */
export class CaptureEncoder {
  #lastMicros = 0;

  begin(header: CaptureHeader): Uint8Array {
    return joined(magic, this.record("header", 0, new TextEncoder().encode(JSON.stringify(header))));
  }

  record(kind: CaptureKind, atMs: number, bytes: Uint8Array): Uint8Array {
    const micros = Math.max(this.#lastMicros, Math.round(atMs * 1000));
    const head = [captureKinds.indexOf(kind), ...leb128(micros - this.#lastMicros), ...leb128(bytes.length)];
    this.#lastMicros = micros;
    return joined(Uint8Array.from(head), bytes);
  }
}

/**
 * Reads a capture. One that was cut short, as by a kill, is read up to its last whole record.
 * @throws NAS_WIRE_CAPTURE where it is no capture
 */
export function readCapture(file: Uint8Array): { header: CaptureHeader; records: CaptureRecord[] } {
  if (file.length < magic.length || !magic.every((byte, index) => file[index] === byte))
    throw noCapture("it begins as none");
  const records: CaptureRecord[] = [];
  let micros = 0;
  let at = magic.length;
  while (at < file.length) {
    const kind = captureKinds[file[at]] as CaptureKind | undefined;
    if (!kind) throw noCapture(`it has a record of kind ${file[at]} at byte ${at}`);
    const time = readLeb128(file, at + 1);
    const length = time && readLeb128(file, time.end);
    if (!time || !length || length.end + length.value > file.length) break;
    if (length.value > mostRecordBytes) throw noCapture(`it has a record of ${length.value} bytes at byte ${at}`);
    micros += time.value;
    at = length.end + length.value;
    records.push({ kind, atMs: micros / 1000, bytes: file.subarray(length.end, at) });
  }
  const first = records.shift();
  if (first?.kind !== "header") throw noCapture("it has no header");
  return { header: readHeader(first.bytes), records };
}

function readHeader(bytes: Uint8Array): CaptureHeader {
  try {
    const { startedAt, port, baudRate } = JSON.parse(new TextDecoder().decode(bytes)) as Partial<CaptureHeader>;
    if (typeof startedAt === "string" && typeof port === "string" && typeof baudRate === "number")
      return { startedAt, port, baudRate };
  } catch {
    // Told below, as any other damage.
  }
  throw noCapture("its header is damaged");
}

function noCapture(what: string): NasError {
  return new NasError("NAS_WIRE_CAPTURE", `this is no capture of a line: ${what}`, {
    hint: "make one with the macro's option capture",
  });
}

function leb128(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}

/** Undefined where the file ends in it. */
function readLeb128(file: Uint8Array, at: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let index = 0; index < 8 && at + index < file.length; index++) {
    value += (file[at + index] & 127) * 128 ** index;
    if (file[at + index] < 128) return { value, end: at + index + 1 };
  }
  return undefined;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
