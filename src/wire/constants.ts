/**
 * Every number and every message of the wire protocol, once. The tables of docs/wire-protocol.md, the C header
 * firmware/nas4cim-wire.h, the CDDL and the types of TypeScript all come from here (`node scripts/make-wire.mjs`), and
 * test/unit/wire/generated.test.ts holds them together. What a table's `doc` says is what the page says.
 */

/** Versions of the protocol that this build speaks: lowest and highest. */
export const protocolVersions = [1, 1] as const;

/** Sizes and times that both sides must agree on, in bytes unless the name says otherwise. */
export const wireLimits = {
  headerBytes: { value: 16, doc: "a frame's header" },
  crcBytes: { value: 4, doc: "CRC-32C behind header and payload" },
  frameCost: { value: 20, doc: "header and CRC: what a frame costs of the credit beside its payload" },
  greetingPayload: { value: 512, doc: "largest payload before both sides know each other's limits" },
  leastPayload: { value: 64, doc: "smallest maxPayload that a side may announce" },
  mostPayload: { value: 16384, doc: "largest maxPayload that a side may announce" },
  mostMessage: { value: 1048576, doc: "largest maxMessage that a side may announce" },
  mostSlots: { value: 64, doc: "largest number of slots" },
  mostFramesInFlight: { value: 1024, doc: "frames sent and not acknowledged, whatever the credit says" },
  messageHeaderBytes: { value: 8, doc: "header of a request, a reply or an event" },
  mostCbor: { value: 4096, doc: "largest CBOR item" },
} as const;

export type FieldType = "u8" | "u16" | "u32" | "i16";

/** One field of a fixed layout; integers are little-endian, fields follow each other without gaps. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly doc: string;
}

/** Header of every frame. */
export const frameHeader = [
  { name: "version", type: "u8", doc: "1; a frame of another version is discarded" },
  { name: "kind", type: "u8", doc: "frame kind" },
  { name: "epoch", type: "u16", doc: "the link it belongs to, chosen by the host's HELLO; other epochs are discarded" },
  {
    name: "credit",
    type: "u32",
    doc: "absolute limit, modulo 2^32: how much the receiver of this frame may have sent in all since the link began",
  },
  { name: "sequence", type: "u16", doc: "number of a DATA frame, from 0 on; in other frames the next one to be sent" },
  { name: "ack", type: "u16", doc: "next sequence number that the sender of this frame expects" },
  { name: "length", type: "u16", doc: "bytes of payload" },
  { name: "flags", type: "u16", doc: "see the flags; a frame with an unknown one is discarded" },
] as const satisfies readonly Field[];

export const frameKinds = {
  data: { value: 1, doc: "numbered; a message or a piece of one" },
  ack: { value: 2, doc: "acknowledgement and credit without data; no payload" },
  nak: { value: 3, doc: "sequence numbers that are missing: pairs of u16 first, u16 count" },
  hello: { value: 4, doc: "the host begins a link; CBOR `hello`" },
  welcome: { value: 5, doc: "the board's answer; CBOR `welcome`" },
  ping: { value: 6, doc: "asks for a PONG with the same payload (at most 16 bytes)" },
  pong: { value: 7, doc: "answer to PING" },
  stop: { value: 8, doc: "emergency stop: no pulse after it, in no order with anything else; no payload" },
  stopped: { value: 9, doc: "the emergency stop has been obeyed" },
  noLink: {
    value: 10,
    doc: "from a board that has no link of this epoch, to a frame that wants one: greet again; no payload",
  },
} as const;

export const frameFlags = {
  more: { value: 1, doc: "the message goes on in the next DATA frame" },
} as const;

/** Header of a message from the host. */
export const requestHeader = [
  { name: "operation", type: "u8", doc: "operation" },
  { name: "slot", type: "u8", doc: "slot, 0 … slots − 1" },
  { name: "reserved", type: "u16", doc: "0" },
  { name: "sequence", type: "u32", doc: "the slot's own count of requests, from 1 on" },
] as const satisfies readonly Field[];

/** Header of a message from the board. */
export const replyHeader = [
  { name: "operation", type: "u8", doc: "operation of the request" },
  { name: "slot", type: "u8", doc: "slot of the request; 255 in an event" },
  { name: "status", type: "u16", doc: "status" },
  { name: "sequence", type: "u32", doc: "sequence of the request; a count in an event" },
] as const satisfies readonly Field[];

export const eventSlot = 255;

/** "repeatable": doing it twice does no harm, its reply need not be kept. "write": once at most, its reply is kept. */
export type Access = "repeatable" | "write";

export interface Operation {
  readonly value: number;
  readonly access: Access;
  /** Name of the fixed layout or CBOR map that the request's body is; undefined: no body. */
  readonly request?: string;
  /** What follows the request's fixed layout. */
  readonly requestData?: string;
  readonly reply?: string;
  readonly replyData?: string;
  readonly doc: string;
}

export const operations = {
  capabilities: { value: 1, access: "repeatable", reply: "capabilities", doc: "what the board is and can do" },
  status: { value: 2, access: "repeatable", reply: "status", doc: "how the board is" },
  noiseKey: {
    value: 3,
    access: "repeatable",
    request: "noiseKey",
    doc: "keys simulated noise; another key than before forgets all tiles. Boards without keyed noise refuse it",
  },
  configure: {
    value: 4,
    access: "repeatable",
    request: "configure",
    doc: "sets an array's ADC step for all later products",
  },
  program: {
    value: 5,
    access: "write",
    request: "program",
    requestData: "rows × columns target levels, one byte each, row by row",
    reply: "programReport",
    doc: "programs a tile into an array with write-verify",
  },
  adopt: {
    value: 6,
    access: "repeatable",
    request: "tile",
    doc: "declares, without a pulse, what an array holds: after a restart of the board that kept its cells",
  },
  readback: {
    value: 7,
    access: "repeatable",
    request: "array",
    reply: "tile",
    replyData: "rows × columns levels as they read now, one byte each",
    doc: "reads the cells of an array's tile",
  },
  multiply: {
    value: 8,
    access: "repeatable",
    request: "multiply",
    requestData: "vectors × rows inputs, packed (see Packing), each vector from a new byte on",
    reply: "products",
    replyData: "codes or sums, packed, `width` bits each, each vector from a new byte on",
    doc: "a batch of matrix-vector products",
  },
  release: { value: 9, access: "repeatable", doc: "ends an emergency stop" },
  event: { value: 10, access: "repeatable", reply: "event", doc: "from the board, unasked" },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

export const statuses = {
  ok: { value: 0, doc: "done" },
  busy: { value: 1, doc: "the very request is still running: ask again with the same sequence" },
  misordered: { value: 2, doc: "the sequence is neither the slot's last one nor the next" },
  falseRetry: { value: 3, doc: "the slot's last sequence, but another request" },
  badRequest: { value: 4, doc: "unknown operation, or a body that breaks its layout" },
  range: { value: 5, doc: "a value outside the capabilities" },
  notProgrammed: { value: 6, doc: "the array holds no tile" },
  limit: { value: 7, doc: "a write beyond the board's own limits; no pulse was given" },
  stopped: { value: 8, doc: "an emergency stop holds" },
  brownOut: { value: 9, doc: "the supply failed while writing: some cells were written" },
  memory: { value: 10, doc: "the board has no memory for it; nothing was done" },
  hardware: { value: 11, doc: "the macro failed" },
  unsupported: { value: 12, doc: "the board does not offer it" },
} as const;

export type StatusName = keyof typeof statuses;

/** Fixed layouts of message bodies. */
export const structs = {
  noiseKey: [{ name: "seed", type: "u32", doc: "seed of the run" }],
  array: [{ name: "array", type: "u16", doc: "array, 0 … arrays − 1" }],
  configure: [
    { name: "array", type: "u16", doc: "array" },
    { name: "stepLevels", type: "u16", doc: "levels per ADC step, out of `adcStepLevels`" },
  ],
  tile: [
    { name: "array", type: "u16", doc: "array" },
    { name: "rows", type: "u16", doc: "physical rows in use" },
    { name: "columns", type: "u16", doc: "physical columns in use" },
    { name: "reserved", type: "u16", doc: "0" },
    { name: "tile", type: "u32", doc: "the tile's number; keys simulated write noise, else 0" },
  ],
  program: [
    { name: "array", type: "u16", doc: "array" },
    { name: "rows", type: "u16", doc: "physical rows" },
    { name: "columns", type: "u16", doc: "physical columns" },
    { name: "maxPulsesPerCell", type: "u16", doc: "pulses that write-verify may give one cell" },
    { name: "tile", type: "u32", doc: "the tile's number; keys simulated write noise, else 0" },
    { name: "maxVoltageMv", type: "u16", doc: "highest voltage of a pulse, mV" },
    { name: "reserved", type: "u16", doc: "0" },
    { name: "maxPulseNs", type: "u32", doc: "longest pulse, ns" },
  ],
  programReport: [
    { name: "cells", type: "u32", doc: "cells written" },
    { name: "cellsOutOfTolerance", type: "u32", doc: "cells that missed their target" },
    { name: "pulses", type: "u32", doc: "write pulses given; 2^32 − 1: not counted" },
  ],
  multiply: [
    { name: "array", type: "u16", doc: "array" },
    { name: "vectors", type: "u16", doc: "input vectors" },
    { name: "rows", type: "u16", doc: "inputs of a vector" },
    { name: "bits", type: "u8", doc: "bits of an input" },
    { name: "want", type: "u8", doc: "0: the code of every conversion; 1: bit planes added with their weights" },
    { name: "firstVector", type: "u32", doc: "place of the first vector in the run; keys simulated noise, else 0" },
    { name: "repeat", type: "u32", doc: "which reading of the same vectors this is; keys simulated noise, else 0" },
  ],
  products: [
    { name: "vectors", type: "u16", doc: "vectors" },
    { name: "outputs", type: "u16", doc: "outputs of a vector and conversion" },
    { name: "width", type: "u8", doc: "bits of a value" },
    { name: "isSigned", type: "u8", doc: "1: values are two's complement" },
    { name: "reserved", type: "u16", doc: "0" },
    { name: "saturated", type: "u32", doc: "conversions whose code stood at a rail" },
  ],
} as const satisfies Record<string, readonly Field[]>;

export type StructName = keyof typeof structs;

export type EntryType = "uint" | "text" | "bool" | "float" | "bytes" | "uints";

/** One entry of a CBOR map. Texts and byte strings: `most` is their greatest length in bytes; arrays: of entries. */
export interface Entry {
  readonly name: string;
  readonly type: EntryType;
  readonly optional?: true;
  readonly least?: number;
  readonly most: number;
  readonly doc: string;
}

const u32Most = 4294967295;

/** CBOR maps with text keys. A reader ignores keys that it does not know. */
export const maps = {
  hello: [
    { name: "nonce", type: "bytes", least: 8, most: 8, doc: "random, new for every link; the answer repeats it" },
    { name: "session", type: "bytes", least: 8, most: 8, doc: "random, one for the life of the host's process" },
    { name: "versions", type: "uints", least: 2, most: 2, doc: "lowest and highest protocol version" },
    { name: "maxPayload", type: "uint", least: 64, most: 16384, doc: "largest payload of a frame it takes" },
    { name: "window", type: "uint", least: 64, most: u32Most, doc: "first credit that it gives" },
    { name: "maxMessage", type: "uint", least: 64, most: 1048576, doc: "largest message it takes" },
  ],
  welcome: [
    { name: "nonce", type: "bytes", least: 8, most: 8, doc: "the host's" },
    { name: "boot", type: "bytes", least: 8, most: 8, doc: "random, new for every start of the board" },
    { name: "version", type: "uint", most: 255, doc: "version from here on; 0: no version in common" },
    { name: "versions", type: "uints", least: 2, most: 2, doc: "lowest and highest protocol version" },
    { name: "resumed", type: "bool", most: 0, doc: "the board still has the slots of this session" },
    { name: "slots", type: "uint", least: 1, most: 64, doc: "number of slots" },
    { name: "maxPayload", type: "uint", least: 64, most: 16384, doc: "largest payload of a frame it takes" },
    { name: "window", type: "uint", least: 64, most: u32Most, doc: "first credit that it gives" },
    { name: "maxMessage", type: "uint", least: 64, most: 1048576, doc: "largest message it takes" },
    { name: "schema", type: "bytes", least: 8, most: 8, doc: "schema hash of its messages" },
  ],
  capabilities: [
    { name: "model", type: "text", least: 1, most: 64, doc: "what kind of board" },
    { name: "serial", type: "text", least: 1, most: 64, doc: "which one: its serial number" },
    { name: "chip", type: "text", least: 1, most: 64, doc: "id of the chip on it" },
    { name: "isVirtual", type: "bool", most: 0, doc: "a simulated chip" },
    { name: "firmware", type: "text", least: 1, most: 64, doc: "firmware version" },
    { name: "firmwareHash", type: "bytes", least: 8, most: 32, doc: "hash of the firmware" },
    { name: "arrays", type: "uint", least: 1, most: 65535, doc: "arrays" },
    { name: "arrayRows", type: "uint", least: 2, most: 4096, doc: "word lines of an array" },
    { name: "arrayColumns", type: "uint", least: 2, most: 4096, doc: "bit lines of an array" },
    { name: "cellBits", type: "uint", least: 1, most: 8, doc: "bits of a cell" },
    { name: "inputBits", type: "uint", least: 1, most: 8, doc: "widest input" },
    { name: "adcBits", type: "uint", least: 1, most: 16, doc: "bits of a code" },
    { name: "differential", type: "text", least: 1, most: 16, doc: "row-pair, column-pair or host (who subtracts)" },
    { name: "shiftAdd", type: "bool", most: 0, doc: "adds bit planes itself" },
    { name: "adcStepLevels", type: "uints", least: 1, most: 16, doc: "levels per ADC step, ascending powers of two" },
    { name: "maxVectors", type: "uint", least: 1, most: 65535, doc: "vectors of one request" },
    { name: "keyedNoise", type: "bool", most: 0, doc: "noise keyed by seed, tile and vector (simulations)" },
    { name: "maxVoltageMv", type: "uint", most: 65535, doc: "highest voltage of a pulse, mV" },
    { name: "maxPulseNs", type: "uint", most: u32Most, doc: "longest pulse, ns" },
    { name: "maxPulsesPerCell", type: "uint", least: 1, most: 65535, doc: "most pulses for one cell" },
    { name: "planeNs", type: "uint", most: u32Most, doc: "longest time of one vector's bit plane, ns" },
    { name: "writeCellNs", type: "uint", most: u32Most, doc: "longest time to write-verify one cell, ns" },
    { name: "readCellNs", type: "uint", most: u32Most, doc: "longest time to read one cell, ns" },
  ],
  status: [
    { name: "uptimeMs", type: "uint", most: Number.MAX_SAFE_INTEGER, doc: "since the board's start" },
    { name: "temperatureC", type: "float", optional: true, most: 0, doc: "temperature, °C" },
    { name: "supplyV", type: "float", optional: true, most: 0, doc: "supply, V" },
    { name: "isStopped", type: "bool", most: 0, doc: "an emergency stop holds" },
    { name: "pulses", type: "uint", optional: true, most: Number.MAX_SAFE_INTEGER, doc: "write pulses since start" },
    { name: "programmed", type: "uints", most: 1024, doc: "arrays that hold a tile" },
    { name: "badFrames", type: "uint", optional: true, most: Number.MAX_SAFE_INTEGER, doc: "damaged frames received" },
  ],
  event: [
    { name: "level", type: "text", least: 1, most: 16, doc: "info, warning or error" },
    { name: "text", type: "text", most: 512, doc: "for a person" },
  ],
} as const satisfies Record<string, readonly Entry[]>;

export type MapName = keyof typeof maps;

type EntryValue<T extends EntryType> = {
  uint: number;
  text: string;
  bool: boolean;
  float: number;
  bytes: Uint8Array;
  uints: readonly number[];
}[T];

type Flat<T> = { [K in keyof T]: T[K] };

/** The values of a fixed layout, by field name. */
export type StructValues<F extends readonly Field[]> = { [K in F[number]["name"]]: number };

/** The values of a CBOR map. */
export type MapValues<M extends readonly Entry[]> = Flat<
  { -readonly [E in Exclude<M[number], { optional: true }> as E["name"]]: EntryValue<E["type"]> } & {
    -readonly [E in Extract<M[number], { optional: true }> as E["name"]]?: EntryValue<E["type"]>;
  }
>;

export type Hello = MapValues<typeof maps.hello>;
export type Welcome = MapValues<typeof maps.welcome>;
export type Capabilities = MapValues<typeof maps.capabilities>;
export type BoardStatus = MapValues<typeof maps.status>;
export type BoardEvent = MapValues<typeof maps.event>;
