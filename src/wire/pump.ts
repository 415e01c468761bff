import type { Duplex } from "node:stream";
import type { Endpoint } from "./endpoint.js";

/** Writes that the line has not taken yet: one under way, one behind it, so that the line never waits for this process. */
const mostWrites = 2;

export interface PumpOptions {
  /** What the line carries a second: no more goes to it at once than it carries in some ms, so that a stop can overtake the rest. */
  bytesPerSecond?: number;
  nowMs?: () => number;
  /** Called where a write is not taken for so long: the line is dead, though it does not say so. */
  stuckMs?: number;
  onStuck?: () => void;
}

/**
 * Moves an endpoint's bytes over a pair of streams: a serial port, a socket, a pseudo terminal or memory. Frames go out many in
 * a write, two writes at a time: what waits beyond them, waits where it can still be overtaken.
 */
export class Pump {
  readonly #endpoint: Endpoint;
  readonly #line: Duplex;
  readonly #nowMs: () => number;
  readonly #options: PumpOptions;
  #watchdog?: NodeJS.Timeout;
  #timer?: NodeJS.Timeout;
  readonly #writeBytes: number;
  #writes = 0;
  #isFlushing = false;
  #isClosed = false;

  constructor(endpoint: Endpoint, line: Duplex, options: PumpOptions = {}) {
    this.#endpoint = endpoint;
    this.#line = line;
    this.#options = options;
    this.#writeBytes = Math.max(8192, Math.min(65536, 0.02 * (options.bytesPerSecond ?? 1e6)));
    this.#nowMs = options.nowMs ?? (() => performance.now());
    endpoint.onWork = this.#onWork;
    line.on("data", this.#onData);
    line.once("close", this.#onClose);
    this.#flush();
  }

  /** Lets go of the line, which stays open. A line that is closed is let go of by itself: no timer outlives it. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
    this.#line.off("data", this.#onData);
    this.#line.off("close", this.#onClose);
    // The endpoint may have another line by now.
    if (this.#endpoint.onWork === this.#onWork) this.#endpoint.onWork = undefined;
  }

  readonly #onWork = (): void => this.#flush();
  readonly #onClose = (): void => this.close();

  readonly #onData = (chunk: Uint8Array): void => {
    this.#endpoint.receive(chunk, this.#nowMs());
    this.#flush();
  };

  #flush(): void {
    // What is asked for in the middle of this is seen by the loop.
    if (this.#isClosed || this.#isFlushing) return;
    this.#isFlushing = true;
    while (this.#writes < mostWrites && this.#writeSome());
    this.#isFlushing = false;
    // Where the line takes no more, its callback comes back here, not the clock.
    if (this.#writes < mostWrites) this.#setTimer();
  }

  /** Gives whether there was anything to write. */
  #writeSome(): boolean {
    const frames: Uint8Array[] = [];
    let bytes = 0;
    while (bytes < this.#writeBytes) {
      const frame = this.#endpoint.nextFrame(this.#nowMs());
      if (!frame) break;
      frames.push(frame);
      bytes += frame.length;
    }
    if (bytes === 0 || this.#line.destroyed) return false;
    this.#write(frames.length === 1 ? frames[0] : Buffer.concat(frames, bytes));
    return true;
  }

  #write(bytes: Uint8Array): void {
    const { stuckMs, onStuck } = this.#options;
    this.#writes++;
    if (stuckMs !== undefined) this.#watchdog ??= setTimeout(() => onStuck?.(), stuckMs);
    this.#line.write(bytes, () => {
      // Whatever is still under way has its time from now on.
      clearTimeout(this.#watchdog);
      this.#watchdog = undefined;
      this.#writes--;
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
