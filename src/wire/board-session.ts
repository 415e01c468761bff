import { isNasError } from "../base/errors.js";
import { readMap, writeMap } from "./cbor.js";
import {
  eventSlot,
  frameKinds,
  operations,
  protocolVersions,
  replyHeader,
  requestHeader,
  statuses,
  wireLimits,
  type BoardEvent,
  type OperationName,
  type StatusName,
} from "./constants.js";
import { newLinkCounters } from "./counters.js";
import { crc32c } from "./crc32c.js";
import type { Endpoint } from "./endpoint.js";
import { encodeFrame, FrameDecoder, type Frame } from "./frame.js";
import { readLayout } from "./layout.js";
import { Link } from "./link.js";
import { operationOf, schemaHash, writeMessage } from "./messages.js";
import type { OwnLimits } from "./receive-window.js";

export interface BoardSettings {
  /** 8 random bytes, new for every start. */
  boot: Uint8Array;
  own: OwnLimits;
  slots: number;
  bytesPerSecond: number;
  /** Protocol versions that the board claims; this build's own where left out. */
  versions?: readonly [number, number];
}

export interface Answer {
  status: StatusName;
  body?: Uint8Array;
}

/** What the board does: called for one request after the other, in the order of their arrival. */
export type Handler = (operation: OperationName, body: Uint8Array) => Promise<Answer>;

interface Slot {
  sequence: number;
  /** CRC-32C of the last request, without its header. */
  crc: number;
  isRunning: boolean;
  /** The last reply, where it is kept. */
  reply?: Uint8Array;
}

const mostRefusalBytes = 65536;

/**
 * The board's side: answers greetings, executes each request once, answers a repeated one from memory. What firmware does in
 * C this does for the virtual board, and for tests.
 */
export class BoardSession implements Endpoint {
  onWork?: () => void;
  readonly counters = { ...newLinkCounters(), executed: 0, answeredFromMemory: 0, refused: 0 };
  readonly decoder: FrameDecoder;
  readonly #settings: BoardSettings;
  readonly #handler: Handler;
  readonly #onStop: () => void;
  #link?: Link;
  #nonce?: Uint8Array;
  #session?: Uint8Array;
  #slots: Slot[] = [];
  #wasResumed = false;
  #isEnded = false;
  #events = 0;
  /** Frames outside every sequence: greetings, pongs, stops. */
  readonly #urgent: Uint8Array[] = [];
  #tail: Promise<void> = Promise.resolve();

  constructor(settings: BoardSettings, handler: Handler, onStop: () => void) {
    this.#settings = settings;
    this.#handler = handler;
    this.#onStop = onStop;
    this.decoder = new FrameDecoder(Math.max(settings.own.maxPayload, wireLimits.greetingPayload.value));
  }

  receive(chunk: Uint8Array, nowMs: number): void {
    this.decoder.push(chunk, (frame) => this.#take(frame, nowMs));
  }

  nextFrame(nowMs: number): Uint8Array | undefined {
    return this.#urgent.shift() ?? this.#link?.nextFrame(nowMs);
  }

  wakeAtMs(): number {
    return this.#urgent.length > 0 ? 0 : (this.#link?.wakeAtMs() ?? Infinity);
  }

  /** Ends it as a reset does: what waits is not executed, nothing is answered. */
  end(): void {
    this.#isEnded = true;
    this.#link = undefined;
  }

  /** Tells the host something that it did not ask for. */
  event(event: BoardEvent): void {
    const header = {
      operation: operations.event.value,
      slot: eventSlot,
      status: statuses.ok.value,
      sequence: this.#events++ >>> 0,
    };
    this.#link?.send(writeMessage(replyHeader, header, writeMap("event", event)));
    this.onWork?.();
  }

  #take(frame: Frame, nowMs: number): void {
    if (frame.kind === frameKinds.hello.value) this.#greet(frame);
    else if (frame.kind === frameKinds.stop.value) {
      this.#onStop();
      this.#reply(frameKinds.stopped.value, frame.epoch);
    } else if (frame.kind === frameKinds.ping.value)
      this.#reply(frameKinds.pong.value, frame.epoch, frame.payload.slice(0, 16));
    else if (frame.kind <= frameKinds.nak.value) {
      // A host that does not know of a restart would wait for its timers.
      if (this.#link?.epoch === frame.epoch) this.#link.receive(frame, nowMs);
      else this.#reply(frameKinds.noLink.value, frame.epoch);
    }
  }

  #greet(frame: Frame): void {
    let hello;
    try {
      hello = readMap("hello", frame.payload);
    } catch (error) {
      // Whoever says so is no host; who waits for an answer says it again.
      if (!isNasError(error)) throw error;
      return;
    }
    const { own, slots, boot, bytesPerSecond } = this.#settings;
    const versions = this.#settings.versions ?? protocolVersions;
    const version = Math.min(versions[1], hello.versions[1]);
    const isCommon = version >= Math.max(versions[0], hello.versions[0]);
    const resumed = this.#session !== undefined && Buffer.compare(this.#session, hello.session) === 0;
    // The answer may have been lost: the same HELLO gets it again, and the link stays as it is.
    const isAgain = this.#nonce !== undefined && Buffer.compare(this.#nonce, hello.nonce) === 0;
    if (isCommon && !isAgain) {
      this.#nonce = hello.nonce.slice();
      if (!resumed) {
        this.#session = hello.session.slice();
        this.#slots = Array.from({ length: slots }, () => ({ sequence: 0, crc: 0, isRunning: false }));
      }
      this.#wasResumed = resumed;
      this.#link = new Link(
        { epoch: frame.epoch, own, peer: hello, bytesPerSecond },
        (message) => this.#takeRequest(message),
        this.counters,
      );
    }
    const payload = writeMap("welcome", {
      nonce: hello.nonce,
      boot,
      version: isCommon ? version : 0,
      versions,
      resumed: this.#wasResumed,
      slots,
      ...own,
      schema: schemaHash,
    });
    this.#reply(frameKinds.welcome.value, frame.epoch, payload);
  }

  #takeRequest(message: Uint8Array): void {
    if (message.length < wireLimits.messageHeaderBytes.value) {
      this.counters.refused++;
      return;
    }
    const { operation: number, slot: index, sequence } = readLayout(requestHeader, message);
    const body = message.subarray(wireLimits.messageHeaderBytes.value);
    const answer = (status: StatusName) => this.#send(number, index, sequence, { status });
    const slot = this.#slots[index] as Slot | undefined;
    const operation = operationOf(number);
    if (!slot) {
      answer("badRequest");
      return;
    }
    const crc = crc32c(message);
    if (sequence === slot.sequence && slot.sequence !== 0) {
      if (crc !== slot.crc) answer("falseRetry");
      else if (slot.isRunning) answer("busy");
      else if (slot.reply) {
        this.counters.answeredFromMemory++;
        this.#link?.send(slot.reply);
      } else this.#execute(number, operation, index, slot, body);
      return;
    }
    if (slot.isRunning || sequence !== (slot.sequence + 1) >>> 0) {
      answer("misordered");
      return;
    }
    slot.sequence = sequence;
    slot.crc = crc;
    slot.reply = undefined;
    this.#execute(number, operation, index, slot, body);
  }

  #execute(number: number, operation: OperationName | undefined, index: number, slot: Slot, body: Uint8Array): void {
    slot.isRunning = true;
    const link = this.#link;
    const { sequence } = slot;
    this.#tail = this.#tail.then(async () => {
      if (this.#isEnded) return;
      let answer: Answer = { status: "badRequest" };
      if (operation !== undefined && operation !== "event") {
        this.counters.executed++;
        answer = await this.#handler(operation, body).catch(() => ({ status: "hardware" as const }));
      }
      slot.isRunning = false;
      const isKept = operation === undefined || operations[operation].access === "write";
      const reply = this.#replyOf(number, index, sequence, answer);
      if (isKept) slot.reply = reply;
      // A host on a new link asks again; on the old one nobody listens.
      if (this.#link === link && this.#slots[index] === slot) link?.send(reply);
      this.onWork?.();
    });
  }

  #send(operation: number, slot: number, sequence: number, answer: Answer): void {
    this.counters.refused++;
    // Who asks wrongly without reading the answers gets no more of them: memory is bounded.
    if (this.#link && this.#link.waitingBytes < mostRefusalBytes)
      this.#link.send(this.#replyOf(operation, slot, sequence, answer));
  }

  #replyOf(operation: number, slot: number, sequence: number, { status, body }: Answer): Uint8Array {
    return writeMessage(
      replyHeader,
      { operation, slot, status: statuses[status].value, sequence },
      body ?? new Uint8Array(),
    );
  }

  #reply(kind: number, epoch: number, payload?: Uint8Array): void {
    // Bounded: a flood of greetings gets the last few answers.
    if (this.#urgent.length >= 16) this.#urgent.shift();
    this.#urgent.push(encodeFrame({ kind, epoch, credit: 0, sequence: 0, ack: 0, flags: 0, payload }));
    this.onWork?.();
  }
}
