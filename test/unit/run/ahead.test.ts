import { expect } from "chai";
import { setTimeout as sleep } from "node:timers/promises";
import { ahead } from "../../../src/run/ahead.js";

/** Counts up to `last`, noting what it has begun. */
async function* counting(last: number, begun: number[], failAt = Infinity) {
  for (let value = 0; value <= last; value++) {
    begun.push(value);
    await sleep(1);
    if (value === failAt) throw new Error(`no ${value}`);
    yield value;
  }
}

describe("ahead", () => {
  it("gives all values in order, then undefined again and again", async () => {
    await using values = ahead(counting(3, []));
    const got = [];
    for (let step = 0; step < 6; step++) got.push(await values.next());
    expect(got).to.deep.equal([0, 1, 2, 3, undefined, undefined]);
  });

  it("has the next value under way while the reader has this one, and no more", async () => {
    const begun: number[] = [];
    await using values = ahead(counting(9, begun));
    expect(await values.next()).to.equal(0);
    await sleep(20);
    expect(begun).to.deep.equal([0, 1]);
  });

  it("tells a failure where its value would be, and an unread one nowhere", async () => {
    const values = ahead(counting(9, [], 1));
    expect(await values.next()).to.equal(0);
    let told: unknown;
    await values.next().catch((error: unknown) => (told = error));
    expect(String(told)).to.equal("Error: no 1");
    await using _unread = ahead(counting(9, [], 0));
    await sleep(5);
  });

  it("has nothing at work any more once it is disposed", async () => {
    const begun: number[] = [];
    let ended = false;
    async function* source() {
      try {
        yield* counting(9, begun);
      } finally {
        ended = true;
      }
    }
    const values = ahead(source());
    await values.next();
    await values[Symbol.asyncDispose]();
    expect(ended).to.equal(true);
    const before = begun.length;
    await sleep(10);
    expect(begun).to.have.length(before);
  });
});
