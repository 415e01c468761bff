import { frameFlags, wireLimits } from "./constants.js";
import type { LinkCounters } from "./counters.js";
import type { Frame } from "./frame.js";
import { add16, add32, distance16 } from "./sequence.js";

/** What this side announced when the link began. */
export interface OwnLimits {
  maxPayload: number;
  /** Bytes, cost of frames included, that it keeps for frames that came too early. */
  window: number;
  maxMessage: number;
}

/** A run of missing frames. */
export interface Gap {
  first: number;
  count: number;
}

/**
 * The receiving half of a link: puts frames in order and pieces together, and knows what is missing. Memory: one window of
 * early frames and one message.
 */
export class ReceiveWindow {
  readonly #limits: OwnLimits;
  readonly #counters: LinkCounters;
  readonly #deliver: (message: Uint8Array) => void;
  readonly #early = new Map<number, { flags: number; payload: Uint8Array }>();
  #earlyCost = 0;
  #next = 0;
  /** All missing frames before this one have been reported. */
  #reported = 0;
  #cost = 0;
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;
  /** Cost taken in since the last acknowledgement was sent. */
  unacknowledgedCost = 0;
  isBroken = false;

  constructor(limits: OwnLimits, counters: LinkCounters, deliver: (message: Uint8Array) => void) {
    this.#limits = limits;
    this.#counters = counters;
    this.#deliver = deliver;
  }

  /** Next frame expected. */
  get ack(): number {
    return this.#next;
  }

  /** How much the other side may have sent in all. */
  get credit(): number {
    return add32(this.#cost, this.#limits.window);
  }

  /**
   * Takes a DATA frame. Gives the frames that are missing before it and were not reported yet, or "again" where it was
   * here already and the other side must be told so.
   */
  take({ sequence, flags, payload }: Frame): Gap[] | "again" {
    const ahead = distance16(this.#next, sequence);
    if (ahead < 0 || this.#early.has(sequence)) {
      this.#counters.duplicates++;
      return "again";
    }
    const cost = payload.length + wireLimits.frameCost.value;
    if (ahead >= wireLimits.mostFramesInFlight.value || this.#earlyCost + cost > this.#limits.window) {
      this.#counters.outOfWindow++;
      return [];
    }
    if (ahead > 0) {
      this.#early.set(sequence, { flags, payload: payload.slice() });
      this.#earlyCost += cost;
      return this.#unreported(sequence);
    }
    this.#absorb(flags, payload.slice());
    for (let early = this.#early.get(this.#next); early; early = this.#early.get(this.#next)) {
      this.#early.delete(this.#next);
      this.#earlyCost -= early.payload.length + wireLimits.frameCost.value;
      this.#absorb(early.flags, early.payload);
    }
    if (distance16(this.#reported, this.#next) > 0) this.#reported = this.#next;
    return [];
  }

  /** One report per gap: a frame that is lost again is the sender's timer's business. */
  #unreported(upTo: number): Gap[] {
    const gaps: Gap[] = [];
    for (let sequence = this.#reported; distance16(sequence, upTo) > 0; sequence = add16(sequence, 1)) {
      if (this.#early.has(sequence)) continue;
      const last = gaps.at(-1);
      if (last && add16(last.first, last.count) === sequence) last.count++;
      else gaps.push({ first: sequence, count: 1 });
    }
    if (distance16(this.#reported, upTo) >= 0) this.#reported = add16(upTo, 1);
    return gaps;
  }

  #absorb(flags: number, payload: Uint8Array): void {
    this.#next = add16(this.#next, 1);
    const cost = payload.length + wireLimits.frameCost.value;
    this.#cost = add32(this.#cost, cost);
    this.unacknowledgedCost += cost;
    this.#counters.payloadBytesReceived += payload.length;
    if (this.isBroken) return;
    this.#pieceBytes += payload.length;
    if (this.#pieceBytes > this.#limits.maxMessage) {
      this.#counters.oversizeMessages++;
      this.isBroken = true;
      this.#pieces = [];
      return;
    }
    this.#pieces.push(payload);
    if (flags & frameFlags.more.value) return;
    const message = this.#pieces.length === 1 ? payload : joined(this.#pieces, this.#pieceBytes);
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#counters.messagesReceived++;
    this.#deliver(message);
  }
}

function joined(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  const message = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces) {
    message.set(piece, at);
    at += piece.length;
  }
  return message;
}
