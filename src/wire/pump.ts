import type { Duplex } from "node:stream";
import type { Endpoint } from "./endpoint.js";

/** Frames of about so many bytes go to the line in one write: one call for a window, not one for a frame. */
const writeBytes = 16384;

export interface PumpOptions {
  nowMs?: () => number;
  /** Called where a write is not taken for so long: the line is dead, though it does not say so. */
  stuckMs?: number;
  onStuck?: () => void;
}

/**
 * Moves an endpoint's bytes over a pair of streams: a serial port, a socket, a pseudo terminal or memory. One write is under
 * way at a time, so that what waits, waits where it can still be overtaken.
 */
export class Pump {
  readonly #endpoint: Endpoint;
  readonly #line: Duplex;
  readonly #nowMs: () => number;
  readonly #options: PumpOptions;
  #watchdog?: NodeJS.Timeout;
  #timer?: NodeJS.Timeout;
  #isWriting = false;
  #isFlushing = false;
  #isClosed = false;

  constructor(endpoint: Endpoint, line: Duplex, options: PumpOptions = {}) {
    this.#endpoint = endpoint;
    this.#line = line;
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    endpoint.onWork = () => this.#flush();
    line.on("data", this.#onData);
    this.#flush();
  }

  /** Lets go of the line, which stays open. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
    this.#line.off("data", this.#onData);
    this.#endpoint.onWork = undefined;
  }

  readonly #onData = (chunk: Uint8Array): void => {
    this.#endpoint.receive(chunk, this.#nowMs());
    this.#flush();
  };

  #flush(): void {
    // What is asked for in the middle of this is seen by the loop.
    if (this.#isClosed || this.#isWriting || this.#isFlushing) return;
    this.#isFlushing = true;
    const frames: Uint8Array[] = [];
    let bytes = 0;
    while (bytes < writeBytes) {
      const frame = this.#endpoint.nextFrame(this.#nowMs());
      if (!frame) break;
      frames.push(frame);
      bytes += frame.length;
    }
    this.#isFlushing = false;
    if (bytes > 0 && !this.#line.destroyed) {
      this.#write(frames.length === 1 ? frames[0] : Buffer.concat(frames, bytes));
    }
    this.#setTimer();
  }

  #write(bytes: Uint8Array): void {
    const { stuckMs, onStuck } = this.#options;
    this.#isWriting = true;
    if (stuckMs !== undefined) this.#watchdog = setTimeout(() => onStuck?.(), stuckMs);
    this.#line.write(bytes, () => {
      clearTimeout(this.#watchdog);
      this.#isWriting = false;
      this.#flush();
    });
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    const wakeMs = this.#endpoint.wakeAtMs();
    if (this.#isClosed || wakeMs === Infinity) return;
    // A timer that fires a little early would come back at once, and again: whole milliseconds upwards.
    const delayMs = Math.max(0, Math.ceil(wakeMs - this.#nowMs()));
    this.#timer = setTimeout(() => this.#flush(), delayMs);
  }
}
