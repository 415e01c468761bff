import { keyedUniform } from "../base/keyed-random.js";

/** Shares of frames that suffer each fault, 0 … 1. What is not named does not happen. */
export interface FaultRates {
  /** One byte is lost. */
  drop?: number;
  /** One bit is turned. */
  flip?: number;
  /** The frame comes twice. */
  duplicate?: number;
  /** The zero behind it is lost, so that it runs into the next one. */
  merge?: number;
  /** It comes in two pieces. */
  split?: number;
  /** It comes late, and with it what follows. */
  delay?: number;
}

/** A piece of what leaves a line with faults. */
export interface Piece {
  bytes: Uint8Array;
  delayMs: number;
}

/** Where no zero comes, bytes pass after so many. */
const mostHeldBytes = 65536;
const delayMs = 8;

/**
 * What a bad line does to a stream of frames. Each fault is keyed by (seed, name of the direction, number of the frame), so
 * that the same frames suffer the same in every run.
 */
export class ByteFaults {
  readonly #rates: FaultRates;
  readonly #key: readonly [number, string];
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #frames = 0;
  /** Frames that suffered anything. */
  hits = 0;

  constructor(rates: FaultRates, seed: number, direction: string) {
    this.#rates = rates;
    this.#key = [seed, direction];
  }

  /** Takes bytes as they come, gives what leaves: whole frames, as far as they are not cut. */
  apply(chunk: Uint8Array): Piece[] {
    const pieces: Piece[] = [];
    let from = 0;
    for (let zero = chunk.indexOf(0); zero >= 0; zero = chunk.indexOf(0, from)) {
      pieces.push(...this.#spoil(this.#whole(chunk.subarray(from, zero + 1))));
      from = zero + 1;
    }
    if (from < chunk.length) this.#hold(chunk.slice(from));
    if (this.#heldBytes > mostHeldBytes) pieces.push({ bytes: this.#whole(new Uint8Array()), delayMs: 0 });
    return pieces;
  }

  #hold(bytes: Uint8Array): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
  }

  #whole(end: Uint8Array): Uint8Array {
    const bytes = Uint8Array.from(Buffer.concat([...this.#held, end]));
    this.#held = [];
    this.#heldBytes = 0;
    return bytes;
  }

  #spoil(frame: Uint8Array): Piece[] {
    const number = this.#frames++;
    // A zero alone is no frame: nothing can happen to it that matters.
    if (frame.length < 2) return [{ bytes: frame, delayMs: 0 }];
    const draw = (what: string) => keyedUniform(...this.#key, number, what);
    const happens = (fault: keyof FaultRates) => draw(fault) < (this.#rates[fault] ?? 0);
    const place = () => Math.floor(draw("place") * (frame.length - 1));
    let bytes = frame;
    if (happens("drop"))
      bytes = Uint8Array.from(Buffer.concat([frame.subarray(0, place()), frame.subarray(place() + 1)]));
    if (happens("flip"))
      bytes = bytes.map((byte, index) => (index === place() ? byte ^ (1 << Math.floor(8 * draw("bit"))) : byte));
    if (happens("merge")) bytes = bytes.subarray(0, -1);
    const whole = [bytes];
    if (happens("duplicate")) whole.push(bytes);
    const cut = happens("split") ? Math.floor(draw("cut") * bytes.length) : 0;
    const pieces = cut > 0 ? whole.flatMap((one) => [one.subarray(0, cut), one.subarray(cut)]) : whole;
    const late = happens("delay") ? delayMs : 0;
    if (bytes !== frame || pieces.length > 1 || late > 0) this.hits++;
    return pieces.map((piece, index) => ({ bytes: piece, delayMs: index === 0 ? late : 0 }));
  }
}
