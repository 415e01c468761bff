/** Public entry "nas4cim/wire": the protocol between host and board, without any I/O of its own; docs/wire-protocol.md. */
export * from "./constants.js";
export { crc32c } from "./crc32c.js";
export { encodeFrame, FrameDecoder, type Frame, type FrameCounters } from "./frame.js";
export { Link, type LinkSettings } from "./link.js";
export type { LinkCounters } from "./counters.js";
export type { OwnLimits } from "./receive-window.js";
export type { PeerLimits } from "./send-window.js";
export type { Endpoint } from "./endpoint.js";
export { HostSession } from "./host-session.js";
export type { HostEvents, HostSettings, LinkOutcome, Reply, RequestOptions } from "./host-session.js";
export { BoardSession, type Answer, type BoardSettings, type Handler } from "./board-session.js";
export { Pump, type PumpOptions } from "./pump.js";
export { CaptureEncoder, readCapture, type CaptureHeader, type CaptureKind, type CaptureRecord } from "./capture.js";
export { dissect, exchangesOf, type Exchange, type LineEvent } from "./dissect.js";
export { emulatedPort } from "./emulated-port.js";
export { readMap, writeMap } from "./cbor.js";
export { pack, packedRowBytes, unpack } from "./packing.js";
export {
  inputBytes,
  operationOf,
  productsPerVector,
  productWidth,
  readBody,
  readCapabilities,
  schemaHash,
  specOf,
  statusOf,
  writeBody,
  writeCapabilities,
  writeMessage,
} from "./messages.js";
