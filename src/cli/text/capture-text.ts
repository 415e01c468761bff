import { bytes } from "../../base/format.js";
import type { CaptureHeader } from "../../wire/capture.js";
import type { dissect, LineEvent } from "../../wire/dissect.js";
import { printable } from "../../base/printable.js";

type Dissected = ReturnType<typeof dissect>;

/** A capture line by line: time, direction, what it is. */
export function captureText(
  { startedAt, port, baudRate }: CaptureHeader,
  { events, counters }: Dissected,
  frames: boolean,
): string {
  const head = printable(`captured ${startedAt} on ${port}, ${baudRate} baud`);
  const { down, up } = counters;
  const tail = [
    `to the board: ${down.frames} frames, ${down.damaged} damaged, ${down.discardedBytes} bytes discarded`,
    `from the board: ${up.frames} frames, ${up.damaged} damaged, ${up.discardedBytes} bytes discarded`,
  ];
  return [head, ...events.filter(wanted(frames)).map(lineOf), ...tail].join("\n");
}

/** The same as plain values; bodies as hex. */
export function captureJson(header: CaptureHeader, { events, counters }: Dissected, frames: boolean): unknown {
  const plain = events
    .filter(wanted(frames))
    .map((event) => ("body" in event ? { ...event, body: Buffer.from(event.body).toString("hex") } : event));
  return { ...header, events: plain, counters };
}

function wanted(frames: boolean): (event: LineEvent) => boolean {
  return ({ what }) => frames || what !== "frame";
}

function lineOf(event: LineEvent): string {
  const time = `${(event.atMs / 1000).toFixed(6).padStart(12)} s`;
  switch (event.what) {
    case "line":
      return `${time}  ${printable(event.text)}`;
    case "frame": {
      const { sequence, ack, credit, epoch } = event.frame;
      const arrow = event.direction === "down" ? "→" : "←";
      return `${time}  ${arrow}   ${event.kind} ${sequence}, ack ${ack}, credit ${credit}, epoch ${epoch}, ${bytes(event.payloadBytes)}`;
    }
    case "request":
      return `${time}  →  ${event.operation ?? "unknown operation"}  slot ${event.slot}.${event.sequence}  ${bytes(event.body.length)}`;
    case "reply":
      return `${time}  ←  ${event.operation ?? "unknown operation"}  slot ${event.slot}.${event.sequence}  ${event.status ?? "unknown status"}  ${bytes(event.body.length)}`;
  }
}
