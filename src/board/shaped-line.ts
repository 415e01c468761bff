import { Duplex } from "node:stream";
import type { ByteFaults } from "./byte-faults.js";

/** What a line does to what it carries. */
export interface LineShape {
  /** Bytes a second in each direction; left out: as fast as the streams are. */
  bytesPerSecond?: number;
  /** Faults of what comes from the host (down) and what goes to it (up). */
  down?: ByteFaults;
  up?: ByteFaults;
}

/** Bytes on a line arrive in pieces of so many ms. */
const pieceMs = 2;

/** A pair of streams as a board sees it through a real line: no faster than the line, and with the line's faults. */
export class ShapedLine extends Duplex {
  readonly #inner: Duplex;
  readonly #down: Shaper;
  readonly #up: Shaper;

  constructor(inner: Duplex, { bytesPerSecond = Infinity, down, up }: LineShape) {
    super({ allowHalfOpen: false });
    this.#inner = inner;
    this.#down = new Shaper(bytesPerSecond, down);
    this.#up = new Shaper(bytesPerSecond, up);
    inner.on("data", (chunk: Uint8Array) => {
      // What the line does not carry yet must wait on the host's side, as in a UART's buffer.
      inner.pause();
      void this.#down.carry(chunk, (piece) => void this.push(piece)).then(() => inner.resume());
    });
    inner.on("close", () => this.destroy());
    inner.on("error", (error) => this.destroy(error));
  }

  override _read(): void {
    // Pushed as it comes: a board reads its line or loses it.
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const send = (piece: Uint8Array) => void (this.#inner.destroyed || this.#inner.write(piece));
    this.#up
      .carry(chunk, send)
      .then(() => this.#drained())
      .then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#inner.destroy();
    done(error);
  }

  async #drained(): Promise<void> {
    const inner = this.#inner;
    if (inner.destroyed || !inner.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        inner.off("drain", end).off("close", end);
        resolve();
      };
      inner.on("drain", end).on("close", end);
    });
  }
}

/** One direction. */
class Shaper {
  readonly #bytesPerMs: number;
  readonly #faults?: ByteFaults;
  #freeAtMs = 0;

  constructor(bytesPerSecond: number, faults?: ByteFaults) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#faults = faults;
  }

  /** Hands a chunk on, piece by piece, each when its last bit has passed; ends with the last one. */
  async carry(chunk: Uint8Array, take: (piece: Uint8Array) => void): Promise<void> {
    for (const { bytes, delayMs } of this.#faults?.apply(chunk) ?? [{ bytes: chunk, delayMs: 0 }]) {
      if (this.#bytesPerMs === Infinity && delayMs === 0) {
        take(bytes);
        continue;
      }
      this.#freeAtMs = Math.max(performance.now(), this.#freeAtMs) + delayMs;
      const most = Math.min(bytes.length, Math.max(1, Math.floor(this.#bytesPerMs * pieceMs)));
      for (let from = 0; from < bytes.length; from += most) {
        const piece = bytes.subarray(from, from + most);
        this.#freeAtMs += piece.length / this.#bytesPerMs;
        const waitMs = this.#freeAtMs - performance.now();
        // A late timer is made good by what follows it.
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        take(piece);
      }
    }
  }
}
