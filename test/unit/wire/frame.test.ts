import { expect } from "chai";
import fc from "fast-check";
import { cobsBound, cobsDecode, cobsEncode } from "../../../src/wire/cobs.js";
import { frameKinds } from "../../../src/wire/constants.js";
import { crc32c } from "../../../src/wire/crc32c.js";
import { encodeFrame, FrameDecoder, type Frame } from "../../../src/wire/frame.js";

const frameOf = (payload: Uint8Array, sequence = 5): Frame => ({
  kind: frameKinds.data.value,
  epoch: 0xbeef,
  credit: 0xfedcba98,
  sequence,
  ack: 0xffff,
  flags: 1,
  payload,
});

/** All frames that a decoder finds, with payloads of their own. */
function decodeAll(decoder: FrameDecoder, chunks: readonly Uint8Array[]): Frame[] {
  const frames: Frame[] = [];
  for (const chunk of chunks) decoder.push(chunk, (frame) => frames.push({ ...frame, payload: frame.payload.slice() }));
  return frames;
}

describe("CRC-32C", () => {
  it("gives the check value of its definition", () => {
    expect(crc32c(Buffer.from("123456789"))).to.equal(0xe3069283);
    expect(crc32c(new Uint8Array())).to.equal(0);
    // RFC 3720, B.4: 32 bytes of zeros, of ones.
    expect(crc32c(new Uint8Array(32))).to.equal(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).to.equal(0x62a8ab43);
  });
});

describe("COBS", () => {
  const encode = (source: Uint8Array) => {
    const target = new Uint8Array(cobsBound(source.length));
    return target.subarray(0, cobsEncode(source, source.length, target, 0));
  };

  it("encodes the examples of its paper's form", () => {
    expect([...encode(Uint8Array.of())]).to.deep.equal([1]);
    expect([...encode(Uint8Array.of(0))]).to.deep.equal([1, 1]);
    expect([...encode(Uint8Array.of(0x11, 0x22, 0, 0x33))]).to.deep.equal([3, 0x11, 0x22, 2, 0x33]);
    const full = Uint8Array.from({ length: 254 }, (_, index) => index + 1);
    expect([...encode(full)]).to.deep.equal([255, ...full]);
    expect([...encode(Uint8Array.of(...full, 0))]).to.deep.equal([255, ...full, 1, 1]);
    expect([...encode(Uint8Array.of(...full, 9))]).to.deep.equal([255, ...full, 2, 9]);
  });

  it("comes back from any bytes, in place, within its bound, without a zero", () => {
    const bytes = fc.uint8Array({ maxLength: 1200 });
    const sparse = bytes.map((list) => list.map((byte) => (byte < 3 ? 0 : byte)));
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          sparse,
          fc.constantFrom(253, 254, 255, 508, 509).map((n) => new Uint8Array(n).fill(7)),
        ),
        (source) => {
          const encoded = encode(source);
          expect(encoded.includes(0)).to.equal(false);
          expect(encoded.length).to.be.at.most(cobsBound(source.length));
          const length = cobsDecode(encoded, encoded.length, encoded);
          expect([...encoded.subarray(0, length)]).to.deep.equal([...source]);
        },
      ),
    );
  });

  it("refuses groups that reach beyond the end", () => {
    const bad = Uint8Array.of(9, 1, 2);
    expect(cobsDecode(bad, bad.length, bad)).to.equal(-1);
  });
});

describe("FrameDecoder", () => {
  it("finds every frame however the stream is cut and merged", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat(200), { maxLength: 20 }),
        (payloads, cuts) => {
          const stream = Buffer.concat(payloads.map((payload, index) => encodeFrame(frameOf(payload, index))));
          const chunks: Uint8Array[] = [];
          let at = 0;
          for (const cut of [...cuts, stream.length]) {
            chunks.push(stream.subarray(at, at + cut));
            at += cut;
          }
          const found = decodeAll(new FrameDecoder(300), chunks);
          expect(found).to.deep.equal(payloads.map((payload, index) => frameOf(payload, index)));
        },
      ),
    );
  });

  it("takes one byte at a time", () => {
    const stream = Buffer.concat([
      encodeFrame(frameOf(Uint8Array.of(1, 0, 2))),
      encodeFrame(frameOf(new Uint8Array(), 6)),
    ]);
    const decoder = new FrameDecoder(64);
    expect(
      decodeAll(
        decoder,
        [...stream].map((byte) => Uint8Array.of(byte)),
      ),
    ).to.have.length(2);
    expect(decoder.counters).to.deep.equal({ frames: 2, damaged: 0, oversize: 0, foreign: 0, discardedBytes: 0 });
  });

  it("finds the next frame behind any garbage that ends with a zero, and counts every byte of it", () => {
    const good = encodeFrame(frameOf(Uint8Array.of(1, 2, 3)));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (garbage) => {
        const decoder = new FrameDecoder(256);
        const found = decodeAll(decoder, [garbage, Uint8Array.of(0), good]);
        expect(found).to.have.length(1);
        const { discardedBytes } = decoder.counters;
        expect(discardedBytes).to.equal(garbage.length - garbage.filter((byte) => byte === 0).length);
      }),
      { numRuns: 300 },
    );
  });

  it("loses one frame at most to a flipped bit, a lost byte or a lost zero", () => {
    const frames = [10, 11, 12].map((sequence) => encodeFrame(frameOf(Uint8Array.of(sequence, 0, 9, 9), sequence)));
    const middle = frames[1];
    for (let place = 0; place < middle.length; place++) {
      for (const spoilt of [
        ...Array.from({ length: 8 }, (_, bit) =>
          middle.map((byte, index) => (index === place ? byte ^ (1 << bit) : byte)),
        ),
        middle.filter((_, index) => index !== place),
      ]) {
        const sequences = decodeAll(new FrameDecoder(64), [frames[0], spoilt, frames[2]]).map(
          ({ sequence }) => sequence,
        );
        expect(sequences).to.include(10);
        // A zero that is lost takes the next frame along: one stretch between two zeros is damaged.
        const isZeroLost = place === middle.length - 1;
        if (!isZeroLost) expect(sequences).to.include(12);
        expect(sequences.filter((sequence) => ![10, 11, 12].includes(sequence))).to.deep.equal([]);
      }
    }
  });

  it("holds no more than its largest frame, whatever comes", () => {
    const decoder = new FrameDecoder(64);
    const before = process.memoryUsage().arrayBuffers;
    for (let index = 0; index < 1000; index++) decoder.push(new Uint8Array(10_000).fill(1), () => expect.fail());
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(20_000_000);
    expect(decoder.counters.oversize).to.equal(1);
    expect(decodeAll(decoder, [Uint8Array.of(0), encodeFrame(frameOf(Uint8Array.of(1)))])).to.have.length(1);
    expect(decoder.counters.discardedBytes).to.equal(10_000_000);
  });

  it("discards a sound frame whose length field lies", () => {
    // The CRC is right: only the field contradicts the bytes.
    const plain = new Uint8Array(16 + 4 + 4);
    const view = new DataView(plain.buffer);
    plain.set([1, 1]);
    view.setUint16(12, 60000, true);
    view.setUint32(20, crc32c(plain, 0, 20), true);
    const encoded = new Uint8Array(cobsBound(plain.length) + 1);
    const length = cobsEncode(plain, plain.length, encoded, 0);
    const decoder = new FrameDecoder(64);
    expect(decodeAll(decoder, [encoded.subarray(0, length + 1)])).to.deep.equal([]);
    expect(decoder.counters.damaged).to.equal(1);
  });

  it("discards frames of another version, kind or flag", () => {
    const decoder = new FrameDecoder(64);
    const foreign = [{ kind: 99 }, { flags: 2 }].map((change) =>
      encodeFrame({ ...frameOf(new Uint8Array()), ...change }),
    );
    expect(decodeAll(decoder, foreign)).to.deep.equal([]);
    expect(decoder.counters.foreign).to.equal(2);
  });
});
