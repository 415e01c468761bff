import { readMap, writeMap } from "../../src/wire/cbor.js";
import {
  frameKinds,
  operations,
  replyHeader,
  requestHeader,
  statuses,
  type MapName,
} from "../../src/wire/constants.js";
import { encodeFrame, type Frame } from "../../src/wire/frame.js";
import { schemaHash, writeBody, writeMessage } from "../../src/wire/messages.js";
import { pack } from "../../src/wire/packing.js";
import { sampleCapabilities } from "./sample-capabilities.js";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytesOf = (length: number, step = 1) => Uint8Array.from({ length }, (_, index) => index * step);

/** The vectors of fixtures/vectors/wire by file name. */
export function wireVectors(): Record<string, unknown> {
  return { frames: frameVectors(), "bad-frames": badFrames(), messages: messageVectors(), packing: packingVectors() };
}

function frameVectors(): unknown {
  const base = { kind: frameKinds.data.value, epoch: 0, credit: 0, sequence: 0, ack: 0, flags: 0 };
  const cases: [string, Omit<Frame, "payload"> & { payload?: Uint8Array }][] = [
    ["the least: an ACK of nothing", { ...base, kind: frameKinds.ack.value }],
    [
      "all fields",
      {
        ...base,
        epoch: 0x1234,
        credit: 0x89abcdef,
        sequence: 0xfffe,
        ack: 0xff01,
        flags: 1,
        payload: Uint8Array.of(1, 2, 3),
      },
    ],
    ["payload of zeros", { ...base, payload: new Uint8Array(5) }],
    ["payload of 253 bytes without a zero", { ...base, payload: bytesOf(253).map((byte) => byte + 1) }],
    ["payload of 254 bytes without a zero", { ...base, payload: bytesOf(254).map((byte) => byte + 1) }],
    ["payload of 600 bytes, all values", { ...base, payload: bytesOf(600, 7) }],
    [
      "a NAK of two gaps",
      { ...base, kind: frameKinds.nak.value, epoch: 7, payload: Uint8Array.of(5, 0, 2, 0, 9, 0, 1, 0) },
    ],
  ];
  return cases.map(([name, frame]) => {
    const { payload = new Uint8Array(), ...fields } = frame;
    return { name, ...fields, payload: hex(payload), line: hex(encodeFrame(frame)) };
  });
}

function badFrames(): unknown {
  const good = encodeFrame({
    kind: 1,
    epoch: 1,
    credit: 2,
    sequence: 3,
    ack: 4,
    flags: 0,
    payload: Uint8Array.of(5, 6, 7),
  });
  const spoilt = (place: number) => good.map((byte, index) => (index === place ? byte ^ 0x10 : byte));
  return [
    { name: "one bit turned in the payload", line: hex(spoilt(18)), discardedAs: "damaged" },
    { name: "one bit turned in the CRC", line: hex(spoilt(good.length - 2)), discardedAs: "damaged" },
    { name: "one byte lost", line: hex(good.filter((_, index) => index !== 9)), discardedAs: "damaged" },
    { name: "impossible COBS", line: "ff0102030000", discardedAs: "damaged" },
    { name: "too short", line: "0301020200", discardedAs: "damaged" },
    {
      name: "unknown kind",
      line: hex(encodeFrame({ kind: 200, epoch: 1, credit: 2, sequence: 3, ack: 4, flags: 0 })),
      discardedAs: "foreign",
    },
    {
      name: "unknown flag",
      line: hex(encodeFrame({ kind: 1, epoch: 1, credit: 2, sequence: 3, ack: 4, flags: 0x8000 })),
      discardedAs: "foreign",
    },
    { name: "longer than a payload of 64 bytes allows", line: `${"01".repeat(200)}00`, discardedAs: "oversize" },
  ];
}

function messageVectors(): unknown {
  const eight = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const limits = { maxPayload: 1024, window: 16384, maxMessage: 65536 };
  const maps: [string, MapName, Uint8Array][] = [
    [
      "HELLO",
      "hello",
      writeMap("hello", { nonce: eight, session: eight.map((byte) => byte + 16), versions: [1, 1], ...limits }),
    ],
    [
      "WELCOME",
      "welcome",
      writeMap("welcome", {
        nonce: eight,
        boot: eight.map((byte) => 255 - byte),
        version: 1,
        versions: [1, 1],
        resumed: false,
        slots: 8,
        ...limits,
        schema: schemaHash,
      }),
    ],
    ["capabilities", "capabilities", writeMap("capabilities", sampleCapabilities)],
    [
      "status",
      "status",
      writeMap("status", { uptimeMs: 1234, temperatureC: 25.5, isStopped: false, programmed: [0, 3] }),
    ],
    ["event", "event", writeMap("event", { level: "warning", text: "supply at 2.9 V" })],
  ];
  const program = writeBody(
    "program",
    {
      array: 2,
      rows: 2,
      columns: 4,
      maxPulsesPerCell: 100,
      tile: 7,
      maxVoltageMv: 3300,
      reserved: 0,
      maxPulseNs: 1000,
    },
    Uint8Array.of(0, 7, 3, 0, 1, 0, 0, 6),
  );
  const multiply = writeBody(
    "multiply",
    { array: 2, vectors: 2, rows: 3, bits: 4, want: 1, firstVector: 70000, repeat: 0 },
    pack([15, 0, 9, 1, 2, 3], 2, 3, 4),
  );
  const report = writeBody("programReport", { cells: 8, cellsOutOfTolerance: 1, pulses: 68 });
  const request = (operation: number, body: Uint8Array) =>
    writeMessage(requestHeader, { operation, slot: 3, reserved: 0, sequence: 9 }, body);
  return {
    cbor: maps.map(([name, map, bytes]) => ({ name, map, values: plain(readMap(map, bytes)), bytes: hex(bytes) })),
    messages: [
      { name: "request capabilities", bytes: hex(request(operations.capabilities.value, new Uint8Array())) },
      { name: "request program, a tile of 2 × 4 cells", bytes: hex(request(operations.program.value, program)) },
      {
        name: "request multiply, two vectors of three 4-bit inputs, sums",
        bytes: hex(request(operations.multiply.value, multiply)),
      },
      {
        name: "reply to program",
        bytes: hex(
          writeMessage(
            replyHeader,
            { operation: operations.program.value, slot: 3, status: statuses.ok.value, sequence: 9 },
            report,
          ),
        ),
      },
    ],
  };
}

function packingVectors(): unknown {
  const cases: [number[], number, number, boolean][] = [
    [[1, 2, 3, 15, 0, 9], 2, 4, false],
    [[-4, 3, -1], 1, 3, true],
    [[-128, 127, 5], 1, 8, true],
    [[65535, 1, 40000], 1, 16, false],
    [[-65536, 65535, -1, 12345], 2, 17, true],
  ];
  return cases.map(([values, rows, width, isSigned]) => ({
    values,
    rows,
    width,
    isSigned,
    bytes: hex(pack(values, rows, values.length / rows, width)),
  }));
}

/** Bytes as hex, for JSON. */
function plain(value: object): unknown {
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      member instanceof Uint8Array ? hex(member) : (member as unknown),
    ]),
  );
}
