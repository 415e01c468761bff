import type { CaptureRecord } from "./capture.js";
import {
  frameKinds,
  replyHeader,
  requestHeader,
  wireLimits,
  type OperationName,
  type StatusName,
} from "./constants.js";
import { newLinkCounters } from "./counters.js";
import { FrameDecoder, type Frame, type FrameCounters } from "./frame.js";
import { readLayout } from "./layout.js";
import { operationOf, statusOf } from "./messages.js";
import { ReceiveWindow } from "./receive-window.js";

/** Something that happened on a captured line, in order. */
export type LineEvent =
  | { what: "line"; atMs: number; text: string }
  | {
      what: "frame";
      atMs: number;
      direction: Direction;
      kind: string;
      frame: Omit<Frame, "payload">;
      payloadBytes: number;
    }
  | {
      what: "request";
      atMs: number;
      operation: OperationName | undefined;
      slot: number;
      sequence: number;
      body: Uint8Array;
    }
  | {
      what: "reply";
      atMs: number;
      operation: OperationName | undefined;
      slot: number;
      sequence: number;
      status: StatusName | undefined;
      body: Uint8Array;
    };

export type Direction = "down" | "up";

/** One question and its answer. */
export interface Exchange {
  operation: OperationName;
  request: Uint8Array;
  status: StatusName;
  reply: Uint8Array;
  askedMs: number;
  answeredMs: number;
}

const kindNames = new Map<number, string>(Object.entries(frameKinds).map(([name, { value }]) => [value, name]));

/** Takes a captured line apart as both ends saw it: frames, and the messages that they carried, each once. */
export function dissect(records: readonly CaptureRecord[]): {
  events: LineEvent[];
  counters: Record<Direction, FrameCounters>;
} {
  const events: LineEvent[] = [];
  const sides = { down: new Side("down", events), up: new Side("up", events) };
  for (const { kind, atMs, bytes } of records) {
    if (kind === "down" || kind === "up") sides[kind].take(bytes, atMs);
    else events.push({ what: "line", atMs, text: `${kind} ${new TextDecoder().decode(bytes)}`.trim() });
  }
  return { events, counters: { down: sides.down.counters, up: sides.up.counters } };
}

/** Every request that was answered, in the order of the answers. */
export function exchangesOf(events: readonly LineEvent[]): Exchange[] {
  const asked = new Map<string, Extract<LineEvent, { what: "request" }>>();
  const exchanges: Exchange[] = [];
  for (const event of events) {
    if (event.what === "request") asked.set(`${event.slot}`, event);
    if (event.what !== "reply" || event.status === undefined) continue;
    const request = asked.get(`${event.slot}`);
    if (!request?.operation || request.sequence !== event.sequence || event.status === "busy") continue;
    asked.delete(`${event.slot}`);
    exchanges.push({
      operation: request.operation,
      request: request.body,
      status: event.status,
      reply: event.body,
      askedMs: request.atMs,
      answeredMs: event.atMs,
    });
  }
  return exchanges;
}

/** One direction of the line. */
class Side {
  readonly #direction: Direction;
  readonly #events: LineEvent[];
  readonly #decoder = new FrameDecoder(wireLimits.mostPayload.value);
  #epoch?: number;
  #window?: ReceiveWindow;
  #atMs = 0;

  constructor(direction: Direction, events: LineEvent[]) {
    this.#direction = direction;
    this.#events = events;
  }

  get counters(): FrameCounters {
    return this.#decoder.counters;
  }

  take(bytes: Uint8Array, atMs: number): void {
    this.#atMs = atMs;
    this.#decoder.push(bytes, (frame) => this.#frame(frame));
  }

  #frame(frame: Frame): void {
    const { payload, ...head } = frame;
    this.#events.push({
      what: "frame",
      atMs: this.#atMs,
      direction: this.#direction,
      kind: kindNames.get(frame.kind) ?? String(frame.kind),
      frame: head,
      payloadBytes: payload.length,
    });
    if (frame.kind !== frameKinds.data.value) return;
    if (!this.#window || this.#epoch !== frame.epoch) {
      this.#epoch = frame.epoch;
      const most = {
        maxPayload: wireLimits.mostPayload.value,
        window: 1 << 26,
        maxMessage: wireLimits.mostMessage.value,
      };
      this.#window = new ReceiveWindow(most, newLinkCounters(), (message) => this.#message(message));
    }
    this.#window.take(frame);
  }

  #message(message: Uint8Array): void {
    if (message.length < wireLimits.messageHeaderBytes.value) return;
    const body = message.slice(wireLimits.messageHeaderBytes.value);
    if (this.#direction === "down") {
      const { operation, slot, sequence } = readLayout(requestHeader, message);
      this.#events.push({ what: "request", atMs: this.#atMs, operation: operationOf(operation), slot, sequence, body });
    } else {
      const { operation, slot, status, sequence } = readLayout(replyHeader, message);
      const names = { operation: operationOf(operation), status: statusOf(status) };
      this.#events.push({ what: "reply", atMs: this.#atMs, ...names, slot, sequence, body });
    }
  }
}
