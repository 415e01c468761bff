import { isNasError, NasError } from "../base/errors.js";
import { readMap, writeMap } from "./cbor.js";
import {
  eventSlot,
  frameKinds,
  operations,
  protocolVersions,
  replyHeader,
  requestHeader,
  wireLimits,
  type Access,
  type BoardEvent,
  type OperationName,
  type StatusName,
  type Welcome,
} from "./constants.js";
import { newLinkCounters } from "./counters.js";
import type { Endpoint } from "./endpoint.js";
import { encodeFrame, FrameDecoder, type Frame } from "./frame.js";
import { readLayout } from "./layout.js";
import { Link } from "./link.js";
import { schemaHash, statusOf, writeMessage } from "./messages.js";
import type { OwnLimits } from "./receive-window.js";

export interface HostSettings {
  /** 8 random bytes for the life of this session. */
  session: Uint8Array;
  own: OwnLimits;
  bytesPerSecond: number;
  helloEveryMs?: number;
  /** Silence after which a PING asks whether anybody is there; after three of them the link is lost. */
  heartbeatMs?: number;
}

export interface Reply {
  status: StatusName;
  body: Uint8Array;
}

export interface RequestOptions {
  /** Time that the board may need for it once it has begun, and the line for its bytes. */
  timeoutMs?: number;
  /** Goes out though the session is held. */
  isUrgent?: boolean;
  signal?: AbortSignal;
}

/** What a new link found: the first one; the board as it was; the board restarted, or taken by another host meanwhile. */
export type LinkOutcome = "first" | "resumed" | "restarted";

export interface HostEvents {
  opened(welcome: Welcome, outcome: LinkOutcome): void;
  /** The link cannot go on; requests wait for the next one. */
  failed(error: NasError): void;
  event?(event: BoardEvent): void;
}

interface Pending {
  operation: OperationName;
  access: Access;
  body: Uint8Array;
  options: RequestOptions;
  wasSent: boolean;
  /** Nobody waits for its reply any more. */
  isAbandoned: boolean;
  /** Place among all requests in the order in which they first went out. */
  order: number;
  /** Known from the next look at the clock on. */
  sentMs: number | undefined;
  retryAtMs: number;
  resolve: (reply: Reply) => void;
  reject: (error: NasError) => void;
}

interface Slot {
  sequence: number;
  pending?: Pending;
}

const busyRetryMs = 20;
const heartbeatsUntilLost = 3;
/** A host that was busy itself looks twice before it calls the board hung. */
const hangGraceMs = 200;

/**
 * The host's side: greets the board, numbers requests by slot, matches replies, and knows after a lost link what may be asked
 * again and what must not. A write whose fate is unknown is never repeated: it fails with NAS_WIRE_OUTCOME_UNKNOWN.
 */
export class HostSession implements Endpoint {
  onWork?: () => void;
  readonly counters = { ...newLinkCounters(), strayReplies: 0, busyReplies: 0, foreignGreetings: 0 };
  readonly decoder: FrameDecoder;
  readonly #settings: HostSettings;
  readonly #events: HostEvents;
  #link?: Link;
  #slots: Slot[] = [];
  #queue: Pending[] = [];
  readonly #signals = new WeakSet<AbortSignal>();
  #isHeld = true;
  #greeting?: { nonce: Uint8Array; epoch: number; nextMs: number };
  #welcome?: Welcome;
  #nowMs = 0;
  #lastHeardMs = 0;
  #lastReplyMs = 0;
  #nextPingMs = Infinity;
  #unansweredPings = 0;
  #hungSinceMs = Infinity;
  #sent = 0;
  #stop?: { nextMs: number; resolve: () => void };

  constructor(settings: HostSettings, events: HostEvents) {
    this.#settings = settings;
    this.#events = events;
    this.decoder = new FrameDecoder(settings.own.maxPayload);
  }

  /** Undefined before the first greeting was answered. */
  get welcome(): Welcome | undefined {
    return this.#welcome;
  }

  get isOpen(): boolean {
    return this.#link !== undefined;
  }

  get roundTripMs(): number | undefined {
    return this.#link?.roundTripMs;
  }

  /** Requests that have no reply yet. */
  get pendingRequests(): number {
    return this.#queue.length + this.#slots.filter(({ pending }) => pending).length;
  }

  /** Begins a link: says HELLO until it is answered. Requests wait. @param nonce 8 random bytes, new each time */
  greet(nonce: Uint8Array): void {
    this.#link = undefined;
    this.#isHeld = true;
    this.#greeting = { nonce, epoch: nonce[0] | (nonce[1] << 8), nextMs: 0 };
    this.onWork?.();
  }

  /** Lets requests go that waited for the state of the board to be restored. */
  release(): void {
    this.#isHeld = false;
    this.#fillSlots();
    this.onWork?.();
  }

  /**
   * Asks the board. Requests start in the order in which they are made.
   * @throws NAS_WIRE_OUTCOME_UNKNOWN, NAS_WIRE_PROTOCOL, NAS_INTERRUPTED
   */
  request(operation: OperationName, body: Uint8Array = new Uint8Array(), options: RequestOptions = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (options.signal?.aborted) {
        reject(interrupted());
        return;
      }
      const { access } = operations[operation];
      const pending: Pending = {
        operation,
        access,
        body,
        options,
        wasSent: false,
        isAbandoned: false,
        order: Infinity,
        sentMs: undefined,
        retryAtMs: Infinity,
        resolve,
        reject,
      };
      if (options.signal) this.#listen(options.signal);
      if (options.isUrgent) this.#queue.unshift(pending);
      else this.#queue.push(pending);
      this.#fillSlots();
      this.onWork?.();
    });
  }

  /** Emergency stop: overtakes everything, is said until it is answered. Resolves with the answer. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#stop = { nextMs: 0, resolve };
      this.onWork?.();
    });
  }

  /** Ends the session: whatever waits fails with this error. */
  end(error: NasError): void {
    const waiting = [...this.#slots.map(({ pending }) => pending), ...this.#queue];
    this.#queue = [];
    this.#slots = [];
    this.#link = undefined;
    this.#greeting = undefined;
    for (const pending of waiting) pending?.reject(error);
  }

  receive(chunk: Uint8Array, nowMs: number): void {
    this.#nowMs = nowMs;
    this.decoder.push(chunk, (frame) => this.#take(frame));
    this.#checkLink();
  }

  nextFrame(nowMs: number): Uint8Array | undefined {
    this.#nowMs = nowMs;
    const greeting = this.#greeting;
    if (greeting && nowMs >= greeting.nextMs) {
      greeting.nextMs = nowMs + (this.#settings.helloEveryMs ?? 250);
      return this.#hello(greeting.nonce, greeting.epoch);
    }
    if (this.#stop && nowMs >= this.#stop.nextMs) {
      this.#stop.nextMs = nowMs + 50;
      return this.#plainFrame(frameKinds.stop.value);
    }
    if (!this.#link) return undefined;
    for (const { pending } of this.#slots) if (pending) pending.sentMs ??= nowMs;
    if (this.#hangs(nowMs)) return undefined;
    if (nowMs >= this.#nextPingMs) {
      if (this.#unansweredPings++ >= heartbeatsUntilLost) {
        this.#fail(`said nothing for ${Math.round(nowMs - this.#lastHeardMs)} ms`);
        return undefined;
      }
      this.#nextPingMs = nowMs + this.#heartbeatMs;
      return this.#plainFrame(frameKinds.ping.value);
    }
    this.#retryBusy();
    const frame = this.#link.nextFrame(nowMs);
    this.#checkLink();
    return frame;
  }

  wakeAtMs(): number {
    const stopMs = this.#stop?.nextMs ?? Infinity;
    if (this.#greeting) return Math.min(this.#greeting.nextMs, stopMs);
    if (!this.#link) return stopMs;
    const pending = this.#slots.flatMap((slot) => slot.pending ?? []);
    const retryMs = Math.min(...pending.map(({ retryAtMs }) => retryAtMs));
    return Math.min(this.#link.wakeAtMs(), retryMs, this.#nextPingMs, this.#hangsAtMs(), stopMs);
  }

  get #heartbeatMs(): number {
    return this.#settings.heartbeatMs ?? 1000;
  }

  #take(frame: Frame): void {
    if (frame.kind === frameKinds.welcome.value) this.#takeWelcome(frame);
    else if (this.#link && frame.epoch === this.#link.epoch) {
      this.#heard();
      if (frame.kind === frameKinds.noLink.value)
        this.#fail("knows nothing of this link: it restarted, or another host greeted it");
      else if (frame.kind === frameKinds.stopped.value) {
        this.#stop?.resolve();
        this.#stop = undefined;
      } else if (frame.kind <= frameKinds.nak.value) this.#link.receive(frame, this.#nowMs);
    } else this.counters.stale++;
  }

  #takeWelcome(frame: Frame): void {
    const greeting = this.#greeting;
    // An answer to an earlier HELLO, or doubled on the line.
    if (!greeting || frame.epoch !== greeting.epoch) return;
    let welcome: Welcome;
    try {
      welcome = readMap("welcome", frame.payload);
      if (Buffer.compare(welcome.nonce, greeting.nonce) !== 0) {
        this.counters.foreignGreetings++;
        return;
      }
      checkVersion(welcome);
    } catch (error) {
      this.#greeting = undefined;
      if (!isNasError(error)) throw error;
      this.#events.failed(error);
      return;
    }
    this.#greeting = undefined;
    this.#heard();
    this.#lastReplyMs = this.#nowMs;
    const outcome = this.#outcomeOf(welcome);
    this.#welcome = welcome;
    this.#link = new Link(
      { epoch: greeting.epoch, own: this.#settings.own, peer: welcome, bytesPerSecond: this.#settings.bytesPerSecond },
      (message) => this.#takeReply(message),
      this.counters,
    );
    if (outcome === "resumed") this.#askAgain();
    else this.#forgetSlots(welcome.slots);
    this.#events.opened(welcome, outcome);
    this.#fillSlots();
  }

  #outcomeOf(welcome: Welcome): LinkOutcome {
    if (!this.#welcome) return "first";
    const isSameBoot = Buffer.compare(welcome.boot, this.#welcome.boot) === 0;
    return isSameBoot && welcome.resumed && welcome.slots === this.#slots.length ? "resumed" : "restarted";
  }

  /** The same slots and sequences: what was done already is answered from the board's memory. */
  #askAgain(): void {
    const waiting = this.#slots.flatMap(({ pending }, index) => (pending ? [{ index, order: pending.order }] : []));
    for (const { index } of waiting.sort((a, b) => a.order - b.order)) this.#send(index);
  }

  #forgetSlots(count: number): void {
    const pending = this.#slots.flatMap((slot) => slot.pending ?? []).sort((a, b) => a.order - b.order);
    this.#slots = Array.from({ length: count }, () => ({ sequence: 0 }));
    const isUnknown = ({ access, wasSent }: Pending) => access === "write" && wasSent;
    this.#queue.unshift(...pending.filter((one) => !isUnknown(one) && !one.isAbandoned));
    for (const one of pending.filter(isUnknown)) one.reject(outcomeUnknown(one.operation));
  }

  #fillSlots(): void {
    if (!this.#link) return;
    for (const [index, slot] of this.#slots.entries()) {
      if (slot.pending) continue;
      const next = this.#queue[0];
      if (!next || (this.#isHeld && !next.options.isUrgent)) return;
      this.#queue.shift();
      slot.pending = next;
      slot.sequence = (slot.sequence + 1) >>> 0;
      next.order = this.#sent++;
      this.#send(index);
    }
  }

  #send(index: number): void {
    const { sequence, pending } = this.#slots[index];
    if (!pending || !this.#link) return;
    pending.wasSent = true;
    pending.sentMs = undefined;
    pending.retryAtMs = Infinity;
    const operation = operations[pending.operation].value;
    this.#link.send(writeMessage(requestHeader, { operation, slot: index, reserved: 0, sequence }, pending.body));
  }

  #retryBusy(): void {
    for (const [index, { pending }] of this.#slots.entries())
      if (pending && this.#nowMs >= pending.retryAtMs) this.#send(index);
  }

  #takeReply(message: Uint8Array): void {
    if (message.length < wireLimits.messageHeaderBytes.value) {
      this.counters.strayReplies++;
      return;
    }
    const { operation, slot: index, status: number, sequence } = readLayout(replyHeader, message);
    const body = message.subarray(wireLimits.messageHeaderBytes.value);
    if (index === eventSlot && operation === operations.event.value) {
      this.#takeEvent(body);
      return;
    }
    const slot = this.#slots[index] as Slot | undefined;
    const pending = slot?.pending;
    const status = statusOf(number);
    if (!slot || !pending || sequence !== slot.sequence || operation !== operations[pending.operation].value) {
      this.counters.strayReplies++;
      return;
    }
    this.#lastReplyMs = this.#nowMs;
    if (status === "busy") {
      this.counters.busyReplies++;
      pending.retryAtMs = this.#nowMs + busyRetryMs;
      return;
    }
    slot.pending = undefined;
    if (status === undefined || status === "misordered" || status === "falseRetry")
      pending.reject(protocolBroken(`answers "${pending.operation}" with status ${status ?? number}`));
    else pending.resolve({ status, body });
    this.#fillSlots();
  }

  #takeEvent(body: Uint8Array): void {
    try {
      this.#events.event?.(readMap("event", body));
    } catch (error) {
      if (!isNasError(error)) throw error;
      this.counters.strayReplies++;
    }
  }

  /** One listener a signal, however many requests it stands for. */
  #listen(signal: AbortSignal): void {
    if (this.#signals.has(signal)) return;
    this.#signals.add(signal);
    const abandon = () => {
      const waiting = [...this.#queue, ...this.#slots.flatMap((slot) => slot.pending ?? [])];
      for (const pending of waiting)
        if (pending.options.signal === signal && !pending.isAbandoned) this.#abandon(pending);
    };
    signal.addEventListener("abort", abandon, { once: true });
  }

  /** What is not sent yet is taken back; a repeatable request is left alone; a write that runs is waited for. */
  #abandon(pending: Pending): void {
    const at = this.#queue.indexOf(pending);
    if (at >= 0) this.#queue.splice(at, 1);
    else if (pending.access === "write") return;
    pending.isAbandoned = true;
    pending.reject(interrupted());
  }

  #heard(): void {
    this.#lastHeardMs = this.#nowMs;
    this.#nextPingMs = this.#nowMs + this.#heartbeatMs;
    this.#unansweredPings = 0;
  }

  /** The board answers on the line, but does not do what it was asked. */
  #hangs(nowMs: number): boolean {
    if (nowMs < this.#dueMs()) this.#hungSinceMs = Infinity;
    else this.#hungSinceMs = Math.min(this.#hungSinceMs, nowMs);
    if (nowMs < this.#hungSinceMs + hangGraceMs) return false;
    this.#fail("answers on the line but not to its oldest request");
    return true;
  }

  #hangsAtMs(): number {
    return this.#hungSinceMs === Infinity ? this.#dueMs() : this.#hungSinceMs + hangGraceMs;
  }

  /** When the oldest request must be answered. The board does one after the other, so each reply sets it anew. */
  #dueMs(): number {
    const pending = this.#slots.flatMap((slot) => slot.pending ?? []);
    const oldest = pending.reduce<Pending | undefined>((a, b) => (a && a.order <= b.order ? a : b), undefined);
    if (oldest?.options.timeoutMs === undefined || oldest.sentMs === undefined) return Infinity;
    return Math.max(oldest.sentMs, this.#lastReplyMs) + oldest.options.timeoutMs;
  }

  #checkLink(): void {
    const failure = this.#link?.failure;
    if (failure === "silent") this.#fail("acknowledges nothing");
    if (failure === "oversize") this.#fail("sent a message that is longer than announced");
  }

  #fail(what: string): void {
    this.#link = undefined;
    this.#isHeld = true;
    this.#events.failed(
      new NasError("NAS_WIRE_LOST", `the board ${what}`, {
        hint: "look at cable, supply and baud rate",
        context: { ...this.counters },
      }),
    );
  }

  #hello(nonce: Uint8Array, epoch: number): Uint8Array {
    const { session, own } = this.#settings;
    const payload = writeMap("hello", { nonce, session, versions: protocolVersions, ...own });
    const hello = encodeFrame({
      kind: frameKinds.hello.value,
      epoch,
      credit: own.window,
      sequence: 0,
      ack: 0,
      flags: 0,
      payload,
    });
    // A zero before it ends whatever stood half on the line.
    return Uint8Array.of(0, ...hello);
  }

  #plainFrame(kind: number): Uint8Array {
    const epoch = this.#link?.epoch ?? 0;
    return encodeFrame({ kind, epoch, credit: 0, sequence: 0, ack: 0, flags: 0 });
  }
}

function checkVersion({ version, versions, schema }: Welcome): void {
  const [lowest, highest] = protocolVersions;
  if (version < lowest || version > highest)
    throw new NasError(
      "NAS_WIRE_VERSION",
      `the board speaks versions ${versions.join(" to ")} of the wire protocol, this nas4cim ${lowest} to ${highest}`,
      {
        hint: versions[1] < lowest ? "update the board's firmware" : "update nas4cim",
        context: { board: [...versions], host: [lowest, highest] },
      },
    );
  if (Buffer.compare(schema, schemaHash) !== 0)
    throw new NasError("NAS_WIRE_VERSION", `the board's firmware was built with other messages of version ${version}`, {
      hint: "build it with the nas4cim-wire.h of this nas4cim",
      context: { board: Buffer.from(schema).toString("hex"), host: Buffer.from(schemaHash).toString("hex") },
    });
}

function outcomeUnknown(operation: OperationName): NasError {
  return new NasError(
    "NAS_WIRE_OUTCOME_UNKNOWN",
    `the board restarted during "${operation}": nobody knows what was written`,
    {
      hint: "read the cells back before anything is written again",
      context: { operation },
    },
  );
}

function protocolBroken(what: string): NasError {
  return new NasError("NAS_WIRE_PROTOCOL", `the board ${what}`, {
    hint: "it breaks docs/wire-protocol.md: correct its firmware",
  });
}

function interrupted(): NasError {
  return new NasError("NAS_INTERRUPTED", "interrupted", { hint: "run the command again to go on" });
}
