import { frameFlags, wireLimits } from "./constants.js";
import type { LinkCounters } from "./counters.js";
import { RoundTrip } from "./round-trip.js";
import { add16, add32, distance16, distance32 } from "./sequence.js";

/** A DATA frame without what is filled in at the moment of sending. */
export interface DataFrame {
  sequence: number;
  flags: number;
  payload: Uint8Array;
}

interface Sent extends DataFrame {
  sentMs: number;
  /** Place of its last sending among all sendings: the line keeps their order. */
  order: number;
  isResent: boolean;
}

/** What the other side announced when the link began. */
export interface PeerLimits {
  maxPayload: number;
  /** First credit: absolute, from 0. */
  window: number;
}

/**
 * The sending half of a link: cuts messages into frames, keeps what is not acknowledged, sends again what was reported
 * missing or what nothing was heard of. It never sends beyond the other side's credit.
 */
export class SendWindow {
  readonly #counters: LinkCounters;
  readonly #peer: PeerLimits;
  readonly #roundTrip: RoundTrip;
  readonly #mostTimeouts: number;
  #waiting: Uint8Array[] = [];
  /** The first waiting message, and the place in it. */
  #first = 0;
  #offset = 0;
  #waitingBytes = 0;
  /** Sent and not acknowledged, oldest first: sequences follow each other. */
  readonly #inFlight: Sent[] = [];
  readonly #resend: Sent[] = [];
  #next = 0;
  #cost = 0;
  #credit: number;
  #deadlineMs = Infinity;
  #timeouts = 0;
  #sendings = 0;
  /** After a timeout: frames last sent before this are taken for lost, too, more of them with each acknowledgement. */
  #lostBefore = 0;
  #presumedLost = 1;

  constructor(peer: PeerLimits, roundTrip: RoundTrip, counters: LinkCounters, mostTimeouts: number) {
    this.#peer = peer;
    this.#credit = peer.window;
    this.#roundTrip = roundTrip;
    this.#counters = counters;
    this.#mostTimeouts = mostTimeouts;
  }

  /** Number of the next new frame. */
  get nextSequence(): number {
    return this.#next;
  }

  /** Bytes of messages that are not yet cut into frames. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  get isIdle(): boolean {
    return this.#first === this.#waiting.length && this.#inFlight.length === 0;
  }

  /** Too many timeouts one after the other. */
  get isDead(): boolean {
    return this.#timeouts > this.#mostTimeouts;
  }

  queue(message: Uint8Array): void {
    this.#waiting.push(message);
    this.#waitingBytes += message.length;
    this.#counters.messagesSent++;
  }

  /** The other side has everything before `ack`, and lets `credit` in all be sent. */
  acknowledged(ack: number, credit: number, nowMs: number): void {
    if (distance32(this.#credit, credit) > 0) this.#credit = credit;
    const oldest = this.#inFlight[0];
    if (!oldest) return;
    const count = distance16(oldest.sequence, ack);
    // An acknowledgement of what was never sent is no acknowledgement.
    if (count <= 0 || count > this.#inFlight.length) return;
    const newest = this.#inFlight[count - 1];
    if (!newest.isResent) this.#roundTrip.measured(nowMs - newest.sentMs);
    this.#inFlight.splice(0, count);
    this.#timeouts = 0;
    this.#deadlineMs = this.#inFlight.length > 0 ? nowMs + this.#roundTrip.timeoutMs : Infinity;
    this.#presumeLost();
  }

  /** A whole window may be lost: one timeout for each of its frames would take minutes. */
  #presumeLost(): void {
    if (!this.#isPresumedLost(this.#inFlight[0])) return;
    this.#presumedLost *= 2;
    for (const sent of this.#inFlight.slice(0, this.#presumedLost))
      if (this.#isPresumedLost(sent) && !this.#resend.includes(sent)) this.#resend.push(sent);
  }

  #isPresumedLost(sent: Sent | undefined): boolean {
    return sent !== undefined && sent.order < this.#lostBefore;
  }

  /** The other side misses these frames. */
  missing(first: number, count: number): void {
    const oldest = this.#inFlight[0];
    if (!oldest) return;
    const from = distance16(oldest.sequence, first);
    for (let index = Math.max(0, from); index < Math.min(from + count, this.#inFlight.length); index++) {
      if (this.#resend.includes(this.#inFlight[index])) continue;
      this.#resend.push(this.#inFlight[index]);
      this.#counters.resentAfterNak++;
    }
  }

  /** The next frame for the line, if one may go now. */
  nextFrame(nowMs: number): DataFrame | undefined {
    if (nowMs >= this.#deadlineMs && this.#inFlight.length > 0) {
      this.#timeouts++;
      this.#roundTrip.timedOut();
      this.#deadlineMs = nowMs + this.#roundTrip.timeoutMs;
      if (this.isDead) return undefined;
      this.#lostBefore = this.#sendings;
      this.#presumedLost = 1;
      this.#counters.resentAfterTimeout++;
      return this.#again(this.#inFlight[0], nowMs);
    }
    for (let sent = this.#resend.shift(); sent; sent = this.#resend.shift())
      if (this.#inFlight.includes(sent)) return this.#again(sent, nowMs);
    return this.#newFrame(nowMs);
  }

  /** When nextFrame will have something that it has not now, for time's sake alone. */
  wakeAtMs(): number {
    return this.#inFlight.length > 0 ? this.#deadlineMs : Infinity;
  }

  #again(sent: Sent, nowMs: number): DataFrame {
    sent.isResent = true;
    sent.sentMs = nowMs;
    sent.order = this.#sendings++;
    this.#deadlineMs = nowMs + this.#roundTrip.timeoutMs;
    return sent;
  }

  #newFrame(nowMs: number): DataFrame | undefined {
    const message = this.#waiting[this.#first] as Uint8Array | undefined;
    if (!message || this.#inFlight.length >= wireLimits.mostFramesInFlight.value) return undefined;
    const length = Math.min(this.#peer.maxPayload, message.length - this.#offset);
    const cost = add32(this.#cost, length + wireLimits.frameCost.value);
    if (distance32(cost, this.#credit) < 0) return undefined;
    const isWhole = this.#offset + length === message.length;
    const frame: Sent = {
      sequence: this.#next,
      flags: isWhole ? 0 : frameFlags.more.value,
      payload: message.subarray(this.#offset, this.#offset + length),
      sentMs: nowMs,
      order: this.#sendings++,
      isResent: false,
    };
    this.#cost = cost;
    this.#next = add16(this.#next, 1);
    this.#waitingBytes -= length;
    this.#offset += length;
    if (isWhole) this.#nextMessage();
    if (this.#inFlight.length === 0) this.#deadlineMs = nowMs + this.#roundTrip.timeoutMs;
    this.#inFlight.push(frame);
    this.#counters.payloadBytesSent += length;
    return frame;
  }

  /** Shifting a long array moves all of it; so what is done is cut off now and then. */
  #nextMessage(): void {
    this.#offset = 0;
    this.#first++;
    if (this.#first < this.#waiting.length && this.#first < 1024) return;
    this.#waiting = this.#waiting.slice(this.#first);
    this.#first = 0;
  }
}
