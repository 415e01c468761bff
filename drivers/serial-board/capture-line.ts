import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Duplex } from "node:stream";
import { messageOf, NasError } from "nas4cim/driver";
import { CaptureEncoder, type CaptureHeader, type CaptureKind } from "nas4cim/wire";

/** Writes down every byte that passes over a board's lines, with its time. */
export class LineCapture {
  readonly #file: number;
  readonly #encoder = new CaptureEncoder();
  readonly #startedMs = performance.now();
  #isClosed = false;

  /** @throws NAS_WIRE_CAPTURE where the file cannot be written */
  constructor(path: string, header: CaptureHeader) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      this.#file = openSync(path, "w");
      this.#write(this.#encoder.begin(header));
    } catch (error) {
      throw new NasError("NAS_WIRE_CAPTURE", `the capture ${path} cannot be written: ${messageOf(error)}`, {
        hint: "choose a path you may write to, on a disk with room",
        context: { path },
        cause: error,
      });
    }
  }

  /** Listens to a line from its first byte on; gives the same line back. */
  watch(line: Duplex): Duplex {
    this.#add("opened", new Uint8Array());
    line.on("data", (chunk: Uint8Array) => this.#add("up", chunk));
    line.on("close", () => this.#add("closed", new Uint8Array()));
    const write = line.write.bind(line) as (...values: unknown[]) => boolean;
    line.write = ((chunk: Uint8Array, ...rest: unknown[]) => {
      this.#add("down", chunk);
      return write(chunk, ...rest);
    }) as Duplex["write"];
    return line;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#file);
  }

  #add(kind: CaptureKind, bytes: Uint8Array): void {
    if (!this.#isClosed) this.#write(this.#encoder.record(kind, performance.now() - this.#startedMs, bytes));
  }

  #write(bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#file, bytes, written);
  }
}
