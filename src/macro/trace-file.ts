import { createHash, type Hash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";
import { NasError, messageOf } from "../base/errors.js";
import { makeFolder } from "../base/make-folder.js";
import type { MacroIdentity, MacroSpec } from "./macro.js";

/**
 * A trace file: what a macro answered to every call of a job. Layout, integers little-endian:
 * "NAS4CIM-TRACE-1\n", then records of u32 header length, header (JSON), payload (headers give its length). The first
 * record's header is { identity, spec, seed }; each later one { key, result, payloadBytes, rawBytes }, its payload the answer's
 * array as a zlib stream, whose checksum guards it; the last one is { end: number of calls, headers: SHA-256 over all
 * headers before it }, without which a trace is known to be cut short.
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

/** Writes a trace beside its final place; `finish` puts it there whole. Every method throws NAS_MACRO_REPLAY where the disk fails. */
export class TraceWriter {
  readonly #path: string;
  readonly #file: number;
  readonly #written = new Set<string>();
  readonly #headers: Hash = createHash("sha256");

  /** @param seed of the run that is recorded: a replay under another is refused */
  constructor(path: string, identity: MacroIdentity, spec: MacroSpec, seed?: number) {
    this.#path = path;
    // Else the whole work would be done before it turns out that the file cannot be put in its place.
    const isFolder = this.#writing(() => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
    if (isFolder) throw this.#refused("it is a folder");
    this.#file = this.#writing(() => {
      makeFolder(dirname(path));
      return openSync(`${path}.part`, "w");
    });
    try {
      this.#writing(() => writeAll(this.#file, magic));
      this.#header({ identity, spec, seed });
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** Adds an answer; the same call recorded again adds nothing. */
  add(key: string, result: TraceResult, values?: Uint8Array): void {
    if (this.#written.has(key)) return;
    // Level 1: the codes are small integers in 32 bits, nearly all of the gain is in their zero bytes.
    const payload = values ? deflateSync(values, { level: 1 }) : Buffer.alloc(0);
    this.#header({ key, result, payloadBytes: payload.length, rawBytes: values?.length ?? 0 } satisfies CallHeader);
    this.#writing(() => writeAll(this.#file, payload));
    this.#written.add(key);
  }

  finish(): void {
    this.#header({ end: this.#written.size, headers: this.#headers.copy().digest("hex") });
    this.#writing(() => {
      closeSync(this.#file);
      renameSync(`${this.#path}.part`, this.#path);
    });
  }

  /** Ends without a trace: what stood at its place before still stands there. */
  abandon(): void {
    closeSync(this.#file);
    rmSync(`${this.#path}.part`, { force: true });
  }

  #header(header: unknown): void {
    const json = Buffer.from(JSON.stringify(header), "utf8");
    this.#headers.update(json);
    this.#writing(() => writeAll(this.#file, Buffer.concat([lengthOf(json), json])));
  }

  #writing<T>(job: () => T): T {
    try {
      return job();
    } catch (error) {
      throw this.#refused(messageOf(error), error);
    }
  }

  #refused(why: string, cause?: unknown): NasError {
    return new NasError("NAS_MACRO_REPLAY", `cannot write the recording ${this.#path}: ${why}`, {
      hint: "choose a path you may write to, on a disk with room",
      context: { path: this.#path },
      cause,
    });
  }
}

/** A trace opened for reading: headers are in memory, answers are read when asked for. */
export class TraceReader {
  readonly identity: MacroIdentity;
  readonly spec: MacroSpec;
  /** Of the recorded run; undefined in recordings that do not tell. */
  readonly seed?: number;
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
      if (!isFirstHeader(first)) throw this.#fail("begins with no identity and spec");
      const { contract } = first.spec as { contract: unknown };
      if (contract !== 1 && contract !== 2)
        throw this.#fail(
          `was recorded under macro contract ${JSON.stringify(contract)}, this nas4cim speaks 2 and reads 1`,
        );
      this.identity = first.identity;
      // The calls of both contracts have the same names (trace-key.ts), and their answers the same form.
      this.spec = { ...first.spec, contract: 2 };
      this.seed = first.seed;
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
  }

  /** Refuses to answer for a run of another seed than the recorded one's. @throws NAS_MACRO_REPLAY */
  assertSeed(seed: number | undefined): void {
    if (seed === undefined || this.seed === undefined || seed === this.seed) return;
    throw this.#fail(`was made with seed ${this.seed}, this run has seed ${seed}`, `run with --seed ${this.seed}`);
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
      values = call.payloadBytes > 0 ? inflateSync(payload, { maxOutputLength: call.rawBytes + 1 }) : payload;
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

  /** Reads all headers; gives the first. */
  #index(): object {
    const { size } = fstatSync(this.#file);
    if (size < magic.length || !this.#read(0, magic.length).equals(magic)) throw this.#fail("is no nas4cim recording");
    const headers = createHash("sha256");
    let at = magic.length;
    let first: object | undefined;
    for (;;) {
      if (at + 4 > size) throw this.#fail(`is cut short at byte ${at}: the recording was interrupted`);
      const length = this.#read(at, 4).readUInt32LE();
      if (length > maxHeaderBytes || at + 4 + length > size) throw this.#fail(`is damaged or cut short at byte ${at}`);
      const json = this.#read(at + 4, length);
      const header = this.#parse(json, at);
      at += 4 + length;
      if (first && "end" in header) {
        this.#checkEnd(header, headers.digest("hex"));
        if (at !== size) throw this.#fail(`has ${size - at} bytes after its end`);
        return first;
      }
      headers.update(json);
      if (!first) {
        first = header;
        continue;
      }
      if (!isCallHeader(header) || at + header.payloadBytes > size)
        throw this.#fail(`is damaged or cut short at byte ${at}`);
      this.#calls.set(header.key, { ...header, at });
      at += header.payloadBytes;
    }
  }

  #checkEnd(header: { end?: unknown; headers?: unknown }, hash: string): void {
    if (header.end !== this.#calls.size)
      throw this.#fail(`holds ${this.#calls.size} calls, its end says ${JSON.stringify(header.end)}`);
    if (header.headers !== hash) throw this.#fail("is damaged: its headers are not those that were written");
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
      let count: number;
      try {
        count = readSync(this.#file, bytes, done, length - done, at + done);
      } catch (error) {
        throw this.#fail(`cannot be read: ${messageOf(error)}`);
      }
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

function isFirstHeader(header: object): header is { identity: MacroIdentity; spec: MacroSpec; seed?: number } {
  const { identity, spec, seed } = header as { identity?: unknown; spec?: unknown; seed?: unknown };
  const areObjects = [identity, spec].every((each) => typeof each === "object" && each !== null);
  return areObjects && (seed === undefined || Number.isSafeInteger(seed));
}

function isCallHeader(header: object): header is CallHeader {
  const { key, result, payloadBytes, rawBytes } = header as Partial<CallHeader>;
  const size = (value: unknown) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= maxPayloadBytes;
  return (
    typeof key === "string" && typeof result === "object" && result !== null && size(payloadBytes) && size(rawBytes)
  );
}

function lengthOf(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return length;
}

function writeAll(file: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}
