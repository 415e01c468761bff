import { expect } from "chai";
import fc from "fast-check";
import type { InputBlock, SimulationKeys, TileImage } from "../../../src/macro/macro.js";
import { TraceKeys } from "../../../src/macro/trace-key.js";
import { sampleSpec } from "../../support/macro-spec.js";

const image: TileImage = { array: 0, rows: 2, columns: 2, levels: Uint8Array.of(1, 2, 3, 4) };
const block: InputBlock = {
  array: 0,
  vectors: 1,
  rows: 2,
  bits: 4,
  data: Uint8Array.of(5, 6),
  want: "codes",
};

/** Keys of a macro whose array 0 holds `image`. */
function programmed(change: Partial<TileImage> = {}): TraceKeys {
  const keys = new TraceKeys(sampleSpec);
  keys.program({ ...image, ...change }, { tile: 1 });
  return keys;
}

describe("TraceKeys", () => {
  it("give the same name to the same call, whatever was asked before", () => {
    const keys = programmed();
    keys.compute({ ...block, data: Uint8Array.of(9, 9) });
    keys.readback(0);
    keys.program({ ...image, array: 3, levels: new Uint8Array(4) });
    expect(keys.compute(block)).to.equal(programmed().compute(block));
    expect(keys.readback(0)).to.equal(programmed().readback(0));
  });

  it("give another name for every difference in a call", () => {
    const changes: (Partial<InputBlock> & SimulationKeys)[] = [
      {},
      { vectors: 2 },
      { rows: 1 },
      { bits: 5 },
      { firstVector: 1 },
      { repeat: 1 },
      { firstVector: 1, repeat: 1 },
      { want: "sums" },
      { data: Uint8Array.of(6, 5) },
      { data: Uint8Array.of(5, 6, 0) },
    ];
    const names = changes.map(({ firstVector, repeat, ...change }) =>
      programmed().compute({ ...block, ...change }, { firstVector, repeat }),
    );
    expect(new Set(names).size).to.equal(changes.length);
    const images: (Partial<TileImage> & SimulationKeys)[] = [
      {},
      { array: 1 },
      { tile: 2 },
      { rows: 1, columns: 4 },
      { rows: 4, columns: 1 },
      { levels: Uint8Array.of(1, 2, 4, 3) },
    ];
    const programs = images.map(({ tile = 1, ...change }) =>
      new TraceKeys(sampleSpec).program({ ...image, ...change }, { tile }),
    );
    expect(new Set(programs).size).to.equal(images.length);
  });

  it("name a computation and a readback by what the array holds", () => {
    const other = programmed({ levels: Uint8Array.of(1, 2, 3, 5) });
    expect(other.compute(block)).to.not.equal(programmed().compute(block));
    expect(other.readback(0)).to.not.equal(programmed().readback(0));
    other.program(image, { tile: 1 });
    expect(other.compute(block)).to.equal(programmed().compute(block));
  });

  it("name a computation by its array's ADC step, of which the first is in force at the start", () => {
    const keys = programmed();
    const before = keys.compute(block);
    keys.configure({ adcStepLevels: [{ array: 1, levels: 8 }] });
    expect(keys.compute(block), "another array's step").to.equal(before);
    keys.configure({ adcStepLevels: [{ array: 0, levels: 8 }] });
    const coarse = keys.compute(block);
    expect(coarse).to.not.equal(before);
    keys.program(image, { tile: 1 });
    expect(keys.compute(block), "programming keeps the step").to.equal(coarse);
    keys.configure({ adcStepLevels: [{ array: 0, levels: sampleSpec.adcStepLevels[0] }] });
    expect(keys.compute(block)).to.equal(before);
  });

  it("give no two calls of a job the same name", () => {
    const call = fc.record({
      vectors: fc.nat(300),
      bits: fc.integer({ min: 1, max: 8 }),
      firstVector: fc.nat(2 ** 28),
      data: fc.uint8Array({ maxLength: 6 }),
    });
    const apart = fc.uniqueArray(call, { selector: (each) => JSON.stringify({ ...each, data: [...each.data] }) });
    fc.assert(
      fc.property(apart, (calls) => {
        const keys = programmed();
        const names = calls.map(({ firstVector, ...each }) => keys.compute({ ...block, ...each }, { firstVector }));
        expect(new Set(names).size).to.equal(names.length);
      }),
    );
  });
});
