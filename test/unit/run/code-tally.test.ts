import { expect } from "chai";
import fc from "fast-check";
import { CodeTally } from "../../../src/run/code-tally.js";

const rails = fc.constantFrom([-128, 127], [-2, 1], [0, 255], [-2048, 2047], [-32768, 32767]);
/** Blocks of code pairs, near to each other as those of two macros are, and some of them far apart. */
const blocks = rails.chain(([low, high]) => {
  const code = fc.oneof(fc.integer({ min: low, max: high }), fc.constantFrom(low, high, 0, 1));
  const near = fc
    .tuple(code, fc.integer({ min: -20, max: 20 }))
    .map(([reference, error]) => [reference, Math.max(low, Math.min(high, reference + error))]);
  const block = fc.array(fc.oneof(near, fc.tuple(code, code)), { maxLength: 60 });
  return fc.record({
    low: fc.constant(low),
    high: fc.constant(high),
    pairs: fc.array(block, { minLength: 1, maxLength: 4 }),
  });
});

function tallyOf(pairs: number[][], low: number, high: number): CodeTally {
  const tally = new CodeTally();
  tally.add(
    Int32Array.from(pairs, ([, subject]) => subject),
    Int32Array.from(pairs, ([reference]) => reference),
    low,
    high,
  );
  return tally;
}

describe("CodeTally", () => {
  it("gives what one computes from the list of all codes", () => {
    fc.assert(
      fc.property(blocks, ({ low, high, pairs }) => {
        const tally = new CodeTally();
        for (const block of pairs) tally.merge(tallyOf(block, low, high).toJson());
        const all = pairs.flat();
        const errors = all.map(([reference, subject]) => subject - reference);
        const count = all.length;
        const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
        const found = tally.summary();
        expect(found.codes).to.equal(count);
        if (count === 0) return;
        expect(found.meanErrorLsb).to.be.closeTo(sum(errors) / count, 1e-9);
        expect(found.rmseLsb).to.be.closeTo(Math.sqrt(sum(errors.map((error) => error ** 2)) / count), 1e-6);
        expect(found.maxAbsErrorLsb).to.equal(Math.max(...errors.map(Math.abs)));
        expect(found.equalShare).to.equal(errors.filter((error) => error === 0).length / count);
        const power = sum(all.map(([reference]) => reference ** 2));
        if (power > 0)
          expect(found.nmse).to.be.closeTo(sum(errors.map((error) => error ** 2)) / power, 1e-9 * (1 + found.nmse));
        const atRail = (code: number) => code === high || (code === low && low < 0);
        expect(found.clippedShare).to.deep.equal({
          subject: all.filter(([, subject]) => atRail(subject)).length / count,
          reference: all.filter(([reference]) => atRail(reference)).length / count,
        });
        expect(found.errorHistogram.firstError).to.equal(-16);
        found.errorHistogram.counts.forEach((bin, index) => {
          const inBin = (error: number) => Math.max(-16, Math.min(16, error)) === index - 16;
          expect(bin).to.equal(errors.filter(inBin).length);
        });
        const { reference, subject, count: counts } = found.scatter;
        expect(sum(counts)).to.equal(count);
        counts.forEach((times, index) => {
          expect(times).to.equal(
            all.filter((pair) => pair[0] === reference[index] && pair[1] === subject[index]).length,
          );
          if (index > 0) expect(times).to.be.at.most(counts[index - 1]);
        });
      }),
    );
  });

  it("does not depend on order, on blocks, or on being saved in between", () => {
    fc.assert(
      fc.property(blocks, ({ low, high, pairs }) => {
        const whole = tallyOf(pairs.flat(), low, high);
        const parts = new CodeTally();
        for (const block of [...pairs].reverse())
          parts.merge(
            JSON.parse(JSON.stringify(tallyOf([...block].reverse(), low, high).toJson())) as ReturnType<
              CodeTally["toJson"]
            >,
          );
        expect(parts.toJson()).to.deep.equal(whole.toJson());
        expect(parts.summary()).to.deep.equal(whole.summary());
      }),
    );
  });

  it("keeps pairs sorted by their codes, three numbers each", () => {
    const json = tallyOf(
      [
        [3, 1],
        [-2, 5],
        [3, 1],
        [3, 0],
      ],
      -8,
      7,
    ).toJson();
    expect(json).to.deep.equal({ pairs: [-2, 5, 1, 3, 0, 1, 3, 1, 2], saturatedSubject: 0, saturatedReference: 0 });
  });

  it("keeps the 4,000 most frequent pairs of a scatter, and counts all in the figures", () => {
    // 5,000 different pairs, the first 4,000 of them twice.
    const pairs = Array.from({ length: 9000 }, (_, index) => [index % 5000, (index % 5000) + 1]);
    const { scatter, codes, meanErrorLsb } = tallyOf(pairs, -32768, 32767).summary();
    expect(scatter.count.length).to.equal(4000);
    expect(new Set(scatter.count)).to.deep.equal(new Set([2]));
    expect(codes).to.equal(9000);
    expect(meanErrorLsb).to.equal(1);
  });

  it("has finite figures where there is nothing to divide by", () => {
    expect(new CodeTally().summary()).to.include({
      codes: 0,
      rmseLsb: 0,
      meanErrorLsb: 0,
      maxAbsErrorLsb: 0,
      nmse: 0,
      equalShare: 1,
    });
    expect(tallyOf([[0, 0]], -8, 7).summary().nmse).to.equal(0);
    expect(tallyOf([[0, 1]], -8, 7).summary().nmse).to.equal(Number.MAX_VALUE);
  });
});
