import { cobsBound, cobsDecode, cobsEncode } from "./cobs.js";
import { frameFlags, frameKinds, protocolVersions, wireLimits } from "./constants.js";
import { crc32c } from "./crc32c.js";

const headerBytes = wireLimits.headerBytes.value;
const crcBytes = wireLimits.crcBytes.value;
const knownFlags = Object.values(frameFlags).reduce((sum, { value }) => sum | value, 0);
const knownKinds: ReadonlySet<number> = new Set(Object.values(frameKinds).map(({ value }) => value));

/** One frame; the fields are those of `frameHeader` in constants.ts. */
export interface Frame {
  kind: number;
  /** u16 */
  epoch: number;
  /** u32 */
  credit: number;
  /** u16 */
  sequence: number;
  /** u16 */
  ack: number;
  flags: number;
  payload: Uint8Array;
}

/** What a decoder has seen; every byte that is not part of a good frame stands in one of these. */
export interface FrameCounters {
  frames: number;
  /** Wrong CRC, impossible COBS, or a length that is not the payload's. */
  damaged: number;
  /** Ended by no zero within the largest frame. */
  oversize: number;
  /** Sound, but of another version, of an unknown kind or with an unknown flag. */
  foreign: number;
  /** Bytes of all frames that were not taken. */
  discardedBytes: number;
}

const noPayload = new Uint8Array();

/** A frame as it goes over the line: header, payload and CRC behind COBS, ended by a zero. */
export function encodeFrame(frame: Omit<Frame, "payload"> & { payload?: Uint8Array }): Uint8Array {
  const payload = frame.payload ?? noPayload;
  const plain = new Uint8Array(headerBytes + payload.length + crcBytes);
  const view = new DataView(plain.buffer);
  // Written out and not by writeLayout: this stands before every frame. The vectors hold both together.
  plain[0] = protocolVersions[1];
  plain[1] = frame.kind;
  view.setUint16(2, frame.epoch, true);
  view.setUint32(4, frame.credit, true);
  view.setUint16(8, frame.sequence, true);
  view.setUint16(10, frame.ack, true);
  view.setUint16(12, payload.length, true);
  view.setUint16(14, frame.flags, true);
  plain.set(payload, headerBytes);
  const end = headerBytes + payload.length;
  view.setUint32(end, crc32c(plain, 0, end), true);
  const encoded = new Uint8Array(cobsBound(plain.length) + 1);
  const length = cobsEncode(plain, plain.length, encoded, 0);
  encoded[length] = 0;
  return encoded.subarray(0, length + 1);
}

/**
 * Finds frames in a stream of bytes that may be cut, merged, damaged or garbage. Its memory is one frame of the largest
 * size, whatever comes; behind any damage the next zero begins anew.
 */
export class FrameDecoder {
  readonly counters: FrameCounters = { frames: 0, damaged: 0, oversize: 0, foreign: 0, discardedBytes: 0 };
  readonly #buffer: Uint8Array;
  #length = 0;
  #isSkipping = false;

  /** @param maxPayload largest payload that is taken, bytes */
  constructor(maxPayload: number) {
    this.#buffer = new Uint8Array(cobsBound(headerBytes + maxPayload + crcBytes));
  }

  /** Takes bytes as they come; `take` gets each good frame, whose payload is valid during the call alone. */
  push(chunk: Uint8Array, take: (frame: Frame) => void): void {
    let from = 0;
    while (from < chunk.length) {
      const zero = chunk.indexOf(0, from);
      const end = zero < 0 ? chunk.length : zero;
      this.#collect(chunk, from, end);
      if (zero < 0) return;
      this.#end(take);
      from = zero + 1;
    }
  }

  #collect(chunk: Uint8Array, from: number, end: number): void {
    if (!this.#isSkipping && this.#length + end - from > this.#buffer.length) {
      this.#isSkipping = true;
      this.counters.oversize++;
      this.counters.discardedBytes += this.#length;
    }
    if (this.#isSkipping) this.counters.discardedBytes += end - from;
    else {
      this.#buffer.set(chunk.subarray(from, end), this.#length);
      this.#length += end - from;
    }
  }

  #end(take: (frame: Frame) => void): void {
    const length = this.#length;
    const wasSkipping = this.#isSkipping;
    this.#length = 0;
    this.#isSkipping = false;
    // Zeros in a row are allowed: a sender may put one before its first frame, to end what went before.
    if (wasSkipping || length === 0) return;
    const frame = this.#decode(length);
    if (!frame) {
      this.counters.discardedBytes += length;
      return;
    }
    this.counters.frames++;
    take(frame);
  }

  #decode(length: number): Frame | undefined {
    const bytes = this.#buffer;
    const plain = cobsDecode(bytes, length, bytes);
    const view = new DataView(bytes.buffer, 0);
    const end = plain - crcBytes;
    if (
      end < headerBytes ||
      view.getUint16(12, true) !== end - headerBytes ||
      view.getUint32(end, true) !== crc32c(bytes, 0, end)
    ) {
      this.counters.damaged++;
      return undefined;
    }
    const kind = bytes[1];
    const flags = view.getUint16(14, true);
    if (bytes[0] !== protocolVersions[1] || !knownKinds.has(kind) || (flags & ~knownFlags) !== 0) {
      this.counters.foreign++;
      return undefined;
    }
    return {
      kind,
      epoch: view.getUint16(2, true),
      credit: view.getUint32(4, true),
      sequence: view.getUint16(8, true),
      ack: view.getUint16(10, true),
      flags,
      payload: bytes.subarray(headerBytes, end),
    };
  }
}
