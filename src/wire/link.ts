import { frameKinds, wireLimits } from "./constants.js";
import { newLinkCounters, type LinkCounters } from "./counters.js";
import { encodeFrame, type Frame } from "./frame.js";
import { ReceiveWindow, type Gap, type OwnLimits } from "./receive-window.js";
import { RoundTrip } from "./round-trip.js";
import { SendWindow, type PeerLimits } from "./send-window.js";

export interface LinkSettings {
  epoch: number;
  own: OwnLimits;
  peer: PeerLimits;
  /** What the line carries a second: the first timeout is made of it; later ones are measured. */
  bytesPerSecond: number;
  /** How long an acknowledgement may wait for data to ride on, ms. */
  ackDelayMs?: number;
  /** Timeouts one after the other before the link is given up. */
  mostTimeouts?: number;
}

/**
 * One life of a link: messages in order, each once, over a line that loses, damages and doubles. It does no I/O and has no
 * clock: frames and times come from outside, frames go out when asked for.
 */
export class Link {
  readonly counters: LinkCounters;
  readonly #settings: LinkSettings;
  readonly #roundTrip: RoundTrip;
  readonly #sender: SendWindow;
  readonly #receiver: ReceiveWindow;
  readonly #gaps: Gap[] = [];
  readonly #ackDelayMs: number;
  /** When an acknowledgement must go out at the latest. */
  #ackAtMs = Infinity;

  constructor(settings: LinkSettings, deliver: (message: Uint8Array) => void, counters = newLinkCounters()) {
    this.#settings = settings;
    this.counters = counters;
    this.#ackDelayMs = settings.ackDelayMs ?? 2;
    const windowMs = (1000 * (settings.own.window + settings.peer.window)) / settings.bytesPerSecond;
    this.#roundTrip = new RoundTrip(200 + windowMs);
    this.#sender = new SendWindow(settings.peer, this.#roundTrip, this.counters, settings.mostTimeouts ?? 8);
    this.#receiver = new ReceiveWindow(settings.own, this.counters, deliver);
  }

  get epoch(): number {
    return this.#settings.epoch;
  }

  /** Nothing waits to be sent or acknowledged. */
  get isIdle(): boolean {
    return this.#sender.isIdle;
  }

  /** Bytes of messages that have not begun their way. */
  get waitingBytes(): number {
    return this.#sender.waitingBytes;
  }

  /** Why the link cannot go on, or undefined. */
  get failure(): "silent" | "oversize" | undefined {
    if (this.#receiver.isBroken) return "oversize";
    return this.#sender.isDead ? "silent" : undefined;
  }

  /** Smoothed round trip, ms. */
  get roundTripMs(): number | undefined {
    return this.#roundTrip.smoothedMs;
  }

  /** Queues a message of at least one byte, at most the other side's maxMessage. */
  send(message: Uint8Array): void {
    this.#sender.queue(message);
  }

  /** Takes a frame of kind data, ack or nak. */
  receive(frame: Frame, nowMs: number): void {
    if (frame.epoch !== this.epoch) {
      this.counters.stale++;
      return;
    }
    this.counters.framesReceived++;
    this.#sender.acknowledged(frame.ack, frame.credit, nowMs);
    if (frame.kind === frameKinds.nak.value) this.#missing(frame.payload);
    if (frame.kind !== frameKinds.data.value) return;
    const gaps = this.#receiver.take(frame);
    if (gaps === "again") this.#ackAtMs = nowMs;
    else this.#gaps.push(...gaps);
    const isMuch = this.#receiver.unacknowledgedCost >= this.#settings.own.window / 4;
    this.#ackAtMs = Math.min(this.#ackAtMs, isMuch ? nowMs : nowMs + this.#ackDelayMs);
  }

  /** The next frame for the line, encoded; undefined where nothing is to be sent now. */
  nextFrame(nowMs: number): Uint8Array | undefined {
    if (this.failure) return undefined;
    if (this.#gaps.length > 0) return this.#nak();
    // First what the other side waits for: an acknowledgement that is due rides on data if there is any.
    const data = this.#sender.nextFrame(nowMs);
    if (data) return this.#encode(frameKinds.data.value, data.sequence, data.flags, data.payload);
    if (nowMs >= this.#ackAtMs) return this.#encode(frameKinds.ack.value, this.#sender.nextSequence);
    return undefined;
  }

  /** The time at which nextFrame may have something without anything having happened; Infinity where never. */
  wakeAtMs(): number {
    return this.failure ? Infinity : Math.min(this.#ackAtMs, this.#sender.wakeAtMs());
  }

  #missing(payload: Uint8Array): void {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    for (let at = 0; at + 4 <= payload.length; at += 4) {
      const count = view.getUint16(at + 2, true);
      this.#sender.missing(view.getUint16(at, true), Math.min(count, wireLimits.mostFramesInFlight.value));
    }
  }

  #nak(): Uint8Array {
    // As many as every receiver has room for; the rest follows in the next one.
    const gaps = this.#gaps.splice(0, wireLimits.leastPayload.value / 4);
    const payload = new Uint8Array(4 * gaps.length);
    const view = new DataView(payload.buffer);
    gaps.forEach(({ first, count }, index) => {
      view.setUint16(4 * index, first, true);
      view.setUint16(4 * index + 2, count, true);
    });
    this.counters.naksSent++;
    return this.#encode(frameKinds.nak.value, this.#sender.nextSequence, 0, payload);
  }

  /** Every frame acknowledges and gives credit. */
  #encode(kind: number, sequence: number, flags = 0, payload?: Uint8Array): Uint8Array {
    this.#ackAtMs = Infinity;
    this.#receiver.unacknowledgedCost = 0;
    this.counters.framesSent++;
    const { epoch } = this;
    return encodeFrame({
      kind,
      epoch,
      credit: this.#receiver.credit,
      sequence,
      ack: this.#receiver.ack,
      flags,
      payload,
    });
  }
}
