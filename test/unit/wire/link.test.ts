import { expect } from "chai";
import type { FaultRates } from "../../../src/board/byte-faults.js";
import { mix32 } from "../../../src/base/keyed-random.js";
import { frameKinds } from "../../../src/wire/constants.js";
import { encodeFrame, FrameDecoder, type Frame } from "../../../src/wire/frame.js";
import { LinkEndpoint } from "../../support/link-endpoint.js";
import { VirtualLine } from "../../support/virtual-line.js";

/** A message that says its number and whose every byte follows from it. */
function messageOf(number: number, length: number): Uint8Array {
  const message = new Uint8Array(length);
  const view = new DataView(message.buffer);
  view.setUint32(0, number);
  for (let index = 4; index < length; index++) message[index] = mix32(number + index * 7919);
  return message;
}

function framesOf(encoded: readonly Uint8Array[]): Frame[] {
  const frames: Frame[] = [];
  const decoder = new FrameDecoder(2048);
  for (const bytes of encoded)
    decoder.push(bytes, (frame) => frames.push({ ...frame, payload: frame.payload.slice() }));
  return frames;
}

/** All that an endpoint has to send now. */
function drain(endpoint: LinkEndpoint, nowMs: number): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let frame = endpoint.nextFrame(nowMs); frame; frame = endpoint.nextFrame(nowMs)) frames.push(frame);
  return frames;
}

describe("Link", () => {
  it("delivers messages of any length in order over a good line", () => {
    const [a, b] = [new LinkEndpoint(), new LinkEndpoint()];
    const lengths = [1, 1023, 1024, 1025, 4096, 65536, 7];
    for (const [number, length] of lengths.entries()) {
      a.link.send(messageOf(number, Math.max(4, length)));
      b.link.send(messageOf(100 + number, Math.max(4, length)));
    }
    const isDone = () => a.received.length === lengths.length && b.received.length === lengths.length;
    expect(new VirtualLine([a, b]).runSync(isDone, 1000)).to.equal(true);
    for (const [number, length] of lengths.entries()) {
      expect(b.received[number]).to.deep.equal(messageOf(number, Math.max(4, length)));
      expect(a.received[number]).to.deep.equal(messageOf(100 + number, Math.max(4, length)));
    }
    expect(a.link.counters.resentAfterTimeout + a.link.counters.resentAfterNak + a.link.counters.duplicates).to.equal(
      0,
    );
  });

  it("keeps a good line full: 95 % of its rate", () => {
    for (const bytesPerSecond of [92_160, 300_000, 1_200_000]) {
      const peer = { maxPayload: 1024, window: 16384 };
      const [a, b] = [new LinkEndpoint({ bytesPerSecond, peer }), new LinkEndpoint({ bytesPerSecond, peer })];
      for (let number = 0; number < 40; number++) a.link.send(messageOf(number, 10_000));
      const line = new VirtualLine([a, b], { bytesPerSecond, latencyMs: 1 });
      expect(line.runSync(() => b.received.length === 40, 60_000)).to.equal(true);
      expect(400_000 / (line.nowMs / 1000) / bytesPerSecond, `of ${bytesPerSecond} B/s`).to.be.above(0.95);
    }
  });

  for (const fault of ["drop", "flip", "duplicate", "merge", "split", "delay"] as const) {
    it(`loses and doubles nothing where 10 % of the frames suffer: ${fault}`, () => {
      expectAllDelivered({ [fault]: 0.1 }, 2000, 3);
    });
  }

  it("loses and doubles nothing in 100,000 frames (ten times as many in a soak) where 1 % suffer each fault", function () {
    const soak = Number(process.env.NAS4CIM_SOAK ?? 1);
    this.timeout(60_000 * soak);
    const one = 0.01;
    expectAllDelivered({ drop: one, flip: one, duplicate: one, merge: one, split: one, delay: one }, 50_000 * soak, 11);
  });

  it("goes on when a whole window was lost, within a few round trips", () => {
    const [a, b] = [new LinkEndpoint(), new LinkEndpoint()];
    const line = new VirtualLine([a, b]);
    a.link.send(messageOf(0, 1000));
    line.runSync(() => a.link.isIdle && b.received.length === 1, 100);
    for (let number = 1; number < 15; number++) a.link.send(messageOf(number, 1000));
    line.isCut = true;
    line.runSync(() => false, 20);
    line.isCut = false;
    const before = line.nowMs;
    expect(line.runSync(() => b.received.length === 15, 1000)).to.equal(true);
    expect(line.nowMs - before).to.be.below(150);
    expect(a.link.counters.resentAfterTimeout).to.be.below(4);
  });

  it("reports a gap once, and asks for nothing that it has", () => {
    const [a, b] = [new LinkEndpoint(), new LinkEndpoint()];
    for (let number = 0; number < 6; number++) a.link.send(messageOf(number, 100));
    const sent = drain(a, 0);
    for (const index of [0, 3, 4, 5]) b.receive(sent[index], 1);
    const naks = framesOf(drain(b, 1)).filter(({ kind }) => kind === frameKinds.nak.value);
    expect(naks).to.have.length(1);
    expect([...naks[0].payload]).to.deep.equal([1, 0, 2, 0]);
    a.receive(encodeFrame(naks[0]), 2);
    const again = framesOf(drain(a, 2)).map(({ sequence }) => sequence);
    expect(again).to.deep.equal([1, 2]);
    for (const index of [1, 2]) b.receive(sent[index], 3);
    expect(b.received).to.have.length(6);
  });

  it("never sends beyond the credit, and credit that is lost comes again", () => {
    const peer = { maxPayload: 1024, window: 3000 };
    const a = new LinkEndpoint({ peer });
    for (let number = 0; number < 5; number++) a.link.send(messageOf(number, 980));
    const first = framesOf(drain(a, 0));
    expect(first).to.have.length(3);
    const credit = (sequence: number, value: number): Frame => ({
      kind: frameKinds.ack.value,
      epoch: 7,
      credit: value,
      sequence: 0,
      ack: sequence,
      flags: 0,
      payload: new Uint8Array(),
    });
    // Doubled and out of date acknowledgements change nothing: the limit is absolute.
    for (const ack of [credit(1, 4000), credit(1, 4000), credit(0, 3000)]) a.receive(encodeFrame(ack), 1);
    expect(framesOf(drain(a, 1))).to.have.length(1);
    a.receive(encodeFrame(credit(4, 5000)), 2);
    expect(framesOf(drain(a, 2))).to.have.length(1);
  });

  it("discards and counts frames of another link", () => {
    const [a, b] = [new LinkEndpoint({ epoch: 1 }), new LinkEndpoint({ epoch: 2 })];
    a.link.send(messageOf(0, 50));
    for (const frame of drain(a, 0)) b.receive(frame, 0);
    expect(b.received).to.deep.equal([]);
    expect(b.link.counters.stale).to.equal(1);
  });

  it("ends where a message is longer than announced", () => {
    const own = { maxPayload: 1024, window: 16384, maxMessage: 2000 };
    const [a, b] = [new LinkEndpoint(), new LinkEndpoint({ own })];
    a.link.send(messageOf(0, 5000));
    for (const frame of drain(a, 0)) b.receive(frame, 0);
    expect(b.link.failure).to.equal("oversize");
    expect(b.received).to.deep.equal([]);
  });

  it("gives up where nothing is acknowledged", () => {
    const [a, b] = [new LinkEndpoint(), new LinkEndpoint()];
    const line = new VirtualLine([a, b]);
    line.isCut = true;
    a.link.send(messageOf(0, 50));
    expect(line.runSync(() => a.link.failure === "silent", 60_000)).to.equal(true);
    expect(a.link.counters.resentAfterTimeout).to.equal(8);
  });

  it("counts through the end of its 16-bit numbers", () => {
    let next = 0;
    const [a, b] = [
      new LinkEndpoint(),
      new LinkEndpoint({}, (message) => expect(new DataView(message.buffer).getUint32(0)).to.equal(next++)),
    ];
    const line = new VirtualLine([a, b], { bytesPerSecond: 1e9 });
    for (let number = 0; number < 70_000; number++) a.link.send(messageOf(number, 4));
    expect(line.runSync(() => next === 70_000, 60_000)).to.equal(true);
  });
});

/** Both sides send `messages` at once; every one must arrive once, whole and in order. */
function expectAllDelivered(faults: FaultRates, messages: number, seed: number): void {
  const seen = [0, 0];
  const check = (side: number) => (message: Uint8Array) => {
    const expected = messageOf(seen[side], lengthOf(seen[side]));
    if (Buffer.compare(message, expected) !== 0) expect.fail(`message ${seen[side]} of side ${side} is another one`);
    seen[side]++;
  };
  const lengthOf = (number: number) => 8 + (mix32(number) % 400);
  const [a, b] = [0, 1].map((side) => new LinkEndpoint({ mostTimeouts: 20 }, check(side)));
  for (let number = 0; number < messages; number++)
    for (const { link } of [a, b]) link.send(messageOf(number, lengthOf(number)));
  const line = new VirtualLine([a, b], { faults, seed });
  const isDone = () => a.link.isIdle && b.link.isIdle && seen[0] === messages && seen[1] === messages;
  expect(line.runSync(isDone, 3_600_000), `stuck at ${seen.join(" and ")} of ${messages}`).to.equal(true);
  expect(line.hits).to.be.above((messages * Math.max(...(Object.values(faults) as number[]))) / 2);
}
