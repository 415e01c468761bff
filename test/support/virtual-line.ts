import { ByteFaults, type FaultRates } from "../../src/board/byte-faults.js";
import type { Endpoint } from "../../src/wire/endpoint.js";

interface Side {
  endpoint: Pick<Endpoint, "receive" | "nextFrame" | "wakeAtMs">;
  faults: ByteFaults;
  freeAtMs: number;
  /** What is on its way to this side, in order. */
  arriving: { atMs: number; bytes: Uint8Array }[];
}

/** Two endpoints on a line in virtual time: minutes pass in seconds, and every run is the same. */
export class VirtualLine {
  nowMs = 0;
  readonly #sides: [Side, Side];
  readonly #bytesPerMs: number;
  readonly #latencyMs: number;
  isCut = false;

  constructor(
    endpoints: [Side["endpoint"], Side["endpoint"]],
    options: { bytesPerSecond?: number; latencyMs?: number; faults?: FaultRates; seed?: number } = {},
  ) {
    const { bytesPerSecond = 1_000_000, latencyMs = 0.5, faults = {}, seed = 1 } = options;
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#latencyMs = latencyMs;
    const side = (endpoint: Side["endpoint"], name: string): Side => ({
      endpoint,
      faults: new ByteFaults(faults, seed, name),
      freeAtMs: 0,
      arriving: [],
    });
    this.#sides = [side(endpoints[0], "down"), side(endpoints[1], "up")];
  }

  /** Frames that suffered a fault. */
  get hits(): number {
    return this.#sides[0].faults.hits + this.#sides[1].faults.hits;
  }

  /** Takes what is on its way off the line. */
  clear(): void {
    for (const side of this.#sides) side.arriving = [];
  }

  /** Goes on until `isDone`, at most so many virtual ms; gives whether it was done. Promises of the endpoints get their turns. */
  async run(isDone: () => boolean, mostMs: number): Promise<boolean> {
    const end = this.nowMs + mostMs;
    for (;;) {
      this.#step();
      for (let turn = 0; turn < 12; turn++) await Promise.resolve();
      if (isDone()) return true;
      const next = this.#nextMs();
      if (next > end) return false;
      this.nowMs = Math.max(next, this.nowMs);
    }
  }

  /** The same for endpoints without promises, faster. */
  runSync(isDone: () => boolean, mostMs: number): boolean {
    const end = this.nowMs + mostMs;
    for (;;) {
      this.#step();
      if (isDone()) return true;
      const next = this.#nextMs();
      if (next > end) return false;
      this.nowMs = Math.max(next, this.nowMs);
    }
  }

  #step(): void {
    const [a, b] = this.#sides;
    for (const side of this.#sides) {
      while (side.arriving.length > 0 && side.arriving[0].atMs <= this.nowMs)
        side.endpoint.receive(side.arriving.shift()!.bytes, this.nowMs);
    }
    for (const [from, to] of [
      [a, b],
      [b, a],
    ]) {
      while (from.freeAtMs <= this.nowMs) {
        const frame = from.endpoint.nextFrame(this.nowMs);
        if (!frame) break;
        from.freeAtMs = Math.max(from.freeAtMs, this.nowMs) + frame.length / this.#bytesPerMs;
        if (this.isCut) continue;
        for (const { bytes, delayMs } of from.faults.apply(frame)) {
          const last = to.arriving.at(-1)?.atMs ?? 0;
          to.arriving.push({ atMs: Math.max(last, from.freeAtMs + this.#latencyMs + delayMs), bytes });
        }
      }
    }
  }

  #nextMs(): number {
    const times = this.#sides.flatMap(({ endpoint, freeAtMs, arriving }) => [
      arriving[0]?.atMs ?? Infinity,
      Math.max(endpoint.wakeAtMs(), freeAtMs),
      freeAtMs > this.nowMs ? freeAtMs : Infinity,
    ]);
    return Math.max(Math.min(...times), this.nowMs + 0.001);
  }
}
