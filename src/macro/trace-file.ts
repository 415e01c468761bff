import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { NasError, messageOf } from "../base/errors.js";
import type { MacroIdentity, MacroSpec } from "./macro.js";

/**
 * A trace file: what a macro answered to every call of a job. Layout, integers little-endian:
 * "NAS4CIM-TRACE-1\n", then records of u32 header length, header (JSON), payload (headers give its length). The first
 * record's header is { identity, spec }; each later one { key, result, payloadBytes, rawBytes }, its payload raw deflate
 * of the answer's array; the last one is { end: number of calls }, without which a trace is known to be cut short.
 */
const magic = Buffer.from("NAS4CIM-TRACE-1\n");
const maxHeaderBytes = 1_000_000;
const maxPayloadBytes = 1_000_000_000;

/** The part of an answer that is no array. */
export type TraceResult = Record<string, number | string>;

interface CallHeader {
  key: string;
  result: TraceResult;
  payloadBytes: number;
  rawBytes: number;
}

/** Writes a trace beside its final place; `finish` puts it there whole. */
export class TraceWriter {
  readonly #path: string;
  readonly #file: number;
  readonly #written = new Set<string>();

  constructor(path: string, identity: MacroIdentity, spec: MacroSpec) {
    this.#path = path;
    try {
      mkdirSync(dirname(path), { recursive: true });
      this.#file = openSync(`${path}.part`, "w");
    } catch (error) {
      throw new NasError("NAS_MACRO_REPLAY", `cannot write the recording ${path}: ${messageOf(error)}`, {
        hint: "choose a path you may write to",
        context: { path },
        cause: error,
      });
    }
    writeSync(this.#file, magic);
    this.#header({ identity, spec });
  }

  /** Adds an answer; the same call recorded again adds nothing. */
  add(key: string, result: TraceResult, values?: Uint8Array): void {
    if (this.#written.has(key)) return;
    this.#written.add(key);
    // Level 1: the codes are small integers in 32 bits, nearly all of the gain is in their zero bytes.
    const payload = values ? deflateRawSync(values, { level: 1 }) : Buffer.alloc(0);
    this.#header({ key, result, payloadBytes: payload.length, rawBytes: values?.length ?? 0 } satisfies CallHeader);
    writeAll(this.#file, payload);
  }

  finish(): void {
    this.#header({ end: this.#written.size });
    closeSync(this.#file);
    renameSync(`${this.#path}.part`, this.#path);
  }

  #header(header: unknown): void {
    const json = Buffer.from(JSON.stringify(header), "utf8");
    const length = Buffer.alloc(4);
    length.writeUInt32LE(json.length);
    writeAll(this.#file, Buffer.concat([length, json]));
  }
}

/** A trace opened for reading: headers are in memory, answers are read when asked for. */
export class TraceReader {
  readonly identity: MacroIdentity;
  readonly spec: MacroSpec;
  readonly #path: string;
  readonly #file: number;
  readonly #calls = new Map<string, CallHeader & { at: number }>();

  /** @throws NAS_MACRO_REPLAY where the file is missing, no trace, damaged or cut short */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#file = openSync(path, "r");
    } catch (error) {
      throw this.#fail(`cannot be opened: ${messageOf(error)}`);
    }
    try {
      const first = this.#index();
      if (first === null || typeof first !== "object" || !("identity" in first) || !("spec" in first))
        throw this.#fail("begins with no identity and spec");
      this.identity = first.identity as MacroIdentity;
      this.spec = first.spec as MacroSpec;
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
  }

  /** The recorded answer to a call. @throws NAS_MACRO_REPLAY where it was never recorded */
  answer(key: string, what: string): { result: TraceResult; values: Uint8Array } {
    const call = this.#calls.get(key);
    if (!call)
      throw this.#fail(
        `has no answer to this ${what}`,
        "replay the very run that was recorded: same network, images, seed, placement and nas4cim version",
      );
    const payload = this.#read(call.at, call.payloadBytes);
    let values: Uint8Array;
    try {
      values = call.payloadBytes > 0 ? inflateRawSync(payload, { maxOutputLength: call.rawBytes + 1 }) : payload;
    } catch (error) {
      throw this.#fail(`is damaged at byte ${call.at}: ${messageOf(error)}`);
    }
    if (values.length !== call.rawBytes)
      throw this.#fail(`is damaged at byte ${call.at}: ${values.length} bytes instead of ${call.rawBytes}`);
    return { result: call.result, values };
  }

  close(): void {
    closeSync(this.#file);
  }

  #index(): unknown {
    const { size } = fstatSync(this.#file);
    if (size < magic.length || !this.#read(0, magic.length).equals(magic)) throw this.#fail("is no nas4cim recording");
    let at = magic.length;
    let first: unknown;
    for (;;) {
      if (at + 4 > size) throw this.#fail(`is cut short at byte ${at}: the recording was interrupted`);
      const length = this.#read(at, 4).readUInt32LE();
      if (length > maxHeaderBytes || at + 4 + length > size) throw this.#fail(`is damaged or cut short at byte ${at}`);
      const header = this.#parse(this.#read(at + 4, length), at);
      at += 4 + length;
      if (first === undefined) {
        first = header;
        continue;
      }
      if ("end" in header) {
        if (header.end !== this.#calls.size)
          throw this.#fail(`holds ${this.#calls.size} calls, its end says ${String(header.end)}`);
        return first;
      }
      if (!isCallHeader(header) || at + header.payloadBytes > size)
        throw this.#fail(`is damaged or cut short at byte ${at}`);
      this.#calls.set(header.key, { ...header, at });
      at += header.payloadBytes;
    }
  }

  #parse(bytes: Buffer, at: number): object {
    try {
      const header: unknown = JSON.parse(bytes.toString("utf8"));
      if (header !== null && typeof header === "object") return header;
    } catch {
      // Told below, in the same words as any other damage.
    }
    throw this.#fail(`is damaged at byte ${at}: a record's header is no JSON object`);
  }

  #read(at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    let done = 0;
    while (done < length) {
      const count = readSync(this.#file, bytes, done, length - done, at + done);
      if (count === 0) throw this.#fail(`is cut short at byte ${at + done}`);
      done += count;
    }
    return bytes;
  }

  #fail(message: string, hint = "record the run again"): NasError {
    return new NasError("NAS_MACRO_REPLAY", `recording ${this.#path} ${message}`, {
      hint,
      context: { path: this.#path },
    });
  }
}

function isCallHeader(header: object): header is CallHeader {
  const { key, result, payloadBytes, rawBytes } = header as Partial<CallHeader>;
  const size = (value: unknown) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= maxPayloadBytes;
  return (
    typeof key === "string" && typeof result === "object" && result !== null && size(payloadBytes) && size(rawBytes)
  );
}

function writeAll(file: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}
