import { expect } from "chai";
import { ByteFaults, type FaultRates } from "../../../src/board/byte-faults.js";
import { encodeFrame } from "../../../src/wire/frame.js";

const frames = Array.from({ length: 400 }, (_, sequence) =>
  encodeFrame({ kind: 1, epoch: 1, credit: 0, sequence, ack: 0, flags: 0, payload: Uint8Array.of(sequence, 0, 7) }),
);
const through = (rates: FaultRates, seed = 1) => {
  const faults = new ByteFaults(rates, seed, "down");
  const pieces = frames.map((frame) => faults.apply(frame));
  return { pieces, hits: faults.hits, bytes: Buffer.concat(pieces.flat().map(({ bytes }) => bytes)) };
};
const clean = Buffer.concat(frames);

describe("ByteFaults", () => {
  it("changes nothing where nothing is asked for", () => {
    const { bytes, hits } = through({});
    expect(bytes.equals(clean)).to.equal(true);
    expect(hits).to.equal(0);
  });

  it("hits the share that was asked for, with each fault as it is named", () => {
    const lengths: Record<keyof FaultRates, (hits: number, added: number) => void> = {
      drop: (hits, added) => expect(added).to.equal(-hits),
      flip: (_hits, added) => expect(added).to.equal(0),
      duplicate: (_hits, added) => expect(added).to.be.above(0),
      merge: (hits, added) => expect(added).to.equal(-hits),
      split: (_hits, added) => expect(added).to.equal(0),
      delay: (_hits, added) => expect(added).to.equal(0),
    };
    for (const [fault, check] of Object.entries(lengths)) {
      const { hits, bytes, pieces } = through({ [fault]: 0.1 });
      expect(hits, fault).to.be.within(20, 65);
      check(hits, bytes.length - clean.length);
      expect(bytes.equals(clean), fault).to.equal(fault === "split" || fault === "delay");
      if (fault === "delay") expect(pieces.flat().filter(({ delayMs }) => delayMs > 0)).to.have.length(hits);
      if (fault === "split") expect(pieces.filter((list) => list.length > 1)).to.have.length(hits);
    }
  });

  it("is the same for the same seed, however the stream is cut", () => {
    const rates = { drop: 0.1, flip: 0.1 };
    const faults = new ByteFaults(rates, 1, "down");
    const cut = [...clean].flatMap((byte) => faults.apply(Uint8Array.of(byte)));
    expect(Buffer.concat(cut.map(({ bytes }) => bytes)).equals(through(rates).bytes)).to.equal(true);
    expect(through(rates, 2).bytes.equals(through(rates).bytes)).to.equal(false);
  });

  it("holds bytes without a zero back, but not for ever", () => {
    const faults = new ByteFaults({ drop: 1 }, 1, "down");
    expect(faults.apply(new Uint8Array(1000).fill(1))).to.deep.equal([]);
    expect(faults.apply(new Uint8Array(70_000).fill(1)).at(-1)?.bytes.length).to.equal(71_000);
  });
});
