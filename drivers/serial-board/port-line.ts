import { Duplex } from "node:stream";

/** What a port of serialport's bindings does (@serialport/bindings-interface). */
export interface BindingPort {
  read(buffer: Buffer, offset: number, length: number): Promise<{ bytesRead: number }>;
  write(buffer: Buffer): Promise<void>;
  set(options: { dtr?: boolean; rts?: boolean }): Promise<void>;
  close(): Promise<void>;
}

const readBytes = 65536;
const leastReadBytes = 8192;

/**
 * An open port as a pair of streams. serialport's own stream waits to be opened again when its port is gone; this one ends, so
 * that whoever holds it knows.
 */
export class PortLine extends Duplex {
  readonly #port: BindingPort;
  #isReading = false;
  #pool = Buffer.allocUnsafe(readBytes);
  #used = 0;

  constructor(port: BindingPort) {
    super({ allowHalfOpen: false, readableHighWaterMark: readBytes, writableHighWaterMark: readBytes });
    this.#port = port;
  }

  override _read(): void {
    if (!this.#isReading) void this.#readOn();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#port.write(chunk).then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // Closing cancels what is under way. A port that is gone may refuse to be closed: it is closed all the same.
    this.#port.close().then(
      () => done(error),
      () => done(error),
    );
  }

  async #readOn(): Promise<void> {
    this.#isReading = true;
    try {
      for (let wantsMore = true; wantsMore && !this.destroyed;) {
        // A terminal gives 4 KiB at a time: many readings share one piece of memory, each its own part of it.
        if (readBytes - this.#used < leastReadBytes) [this.#pool, this.#used] = [Buffer.allocUnsafe(readBytes), 0];
        const [pool, from] = [this.#pool, this.#used];
        const { bytesRead } = await this.#port.read(pool, from, readBytes - from);
        this.#used = from + bytesRead;
        wantsMore = this.push(pool.subarray(from, this.#used));
      }
    } catch (error) {
      if (!this.destroyed) this.destroy(error as Error);
    } finally {
      this.#isReading = false;
    }
  }
}
