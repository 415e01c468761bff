import { expect } from "chai";
import fc from "fast-check";
import { CaptureEncoder, captureKinds, readCapture } from "../../../src/wire/capture.js";
import { dissect, exchangesOf } from "../../../src/wire/dissect.js";
import { isNasError } from "../../../src/base/errors.js";
import { operations, replyHeader, requestHeader, statuses } from "../../../src/wire/constants.js";
import { encodeFrame } from "../../../src/wire/frame.js";
import { writeMessage } from "../../../src/wire/messages.js";
import { expectNasError } from "../../support/expect-nas-error.js";

const header = { startedAt: "2026-11-25T12:00:00.000Z", port: "/dev/ttyACM0", baudRate: 3_000_000 };
const record = fc.record({
  kind: fc.constantFrom(...captureKinds.slice(1)),
  gapMs: fc.double({ min: 0, max: 100_000, noNaN: true }),
  bytes: fc.uint8Array({ maxLength: 300 }),
});

function capture(list: { kind: (typeof captureKinds)[number]; gapMs: number; bytes: Uint8Array }[]): Uint8Array {
  const encoder = new CaptureEncoder();
  let atMs = 0;
  const records = list.map(({ kind, gapMs, bytes }) => encoder.record(kind, (atMs += gapMs), bytes));
  return Uint8Array.from(Buffer.concat([new CaptureEncoder().begin(header), ...records]));
}

describe("a capture", () => {
  it("gives back every byte with its kind and its time to a microsecond", () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), (list) => {
        const read = readCapture(capture(list));
        expect(read.header).to.deep.equal(header);
        expect(read.records.map(({ kind, bytes }) => ({ kind, bytes: [...bytes] }))).to.deep.equal(
          list.map(({ kind, bytes }) => ({ kind, bytes: [...bytes] })),
        );
        let atMs = 0;
        for (const [index, { gapMs }] of list.entries()) {
          atMs += gapMs;
          expect(read.records[index].atMs).to.be.closeTo(atMs, 0.001);
        }
      }),
    );
  });

  it("ends with a value or a coded error whatever the file holds", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (garbage) => {
        const file = Uint8Array.from([...capture([]), ...garbage]);
        try {
          readCapture(file);
        } catch (error) {
          expect(isNasError(error, "NAS_WIRE_CAPTURE")).to.equal(true);
        }
      }),
    );
    expectNasError("NAS_WIRE_CAPTURE", () => readCapture(Buffer.from("NAS4CIM-CAPTURE-1\n")));
  });
});

describe("dissect", () => {
  it("pairs requests with their replies, and tells each message once though its frame came twice", () => {
    const frame = (sequence: number, payload: Uint8Array) =>
      encodeFrame({ kind: 1, epoch: 5, credit: 0, sequence, ack: 0, flags: 0, payload });
    const operation = operations.status.value;
    const ask = frame(
      0,
      writeMessage(requestHeader, { operation, slot: 2, reserved: 0, sequence: 1 }, Uint8Array.of(9)),
    );
    const busy = { operation, slot: 2, status: statuses.busy.value, sequence: 1 };
    const answer = { ...busy, status: statuses.ok.value };
    const { events, counters } = dissect([
      { kind: "opened", atMs: 0, bytes: new Uint8Array() },
      { kind: "down", atMs: 1, bytes: ask },
      { kind: "down", atMs: 2, bytes: ask },
      { kind: "up", atMs: 3, bytes: frame(0, writeMessage(replyHeader, busy, new Uint8Array())) },
      { kind: "up", atMs: 4, bytes: frame(1, writeMessage(replyHeader, answer, Uint8Array.of(7))) },
    ]);
    expect(events.map(({ what }) => what)).to.deep.equal([
      "line",
      "frame",
      "request",
      "frame",
      "frame",
      "reply",
      "frame",
      "reply",
    ]);
    expect(counters.down).to.include({ frames: 2, damaged: 0 });
    expect(exchangesOf(events)).to.deep.equal([
      {
        operation: "status",
        request: Uint8Array.of(9),
        status: "ok",
        reply: Uint8Array.of(7),
        askedMs: 1,
        answeredMs: 4,
      },
    ]);
  });
});
