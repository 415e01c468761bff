import { expect } from "chai";
import fc from "fast-check";
import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { NasError } from "../../../src/base/errors.js";
import { CallQueue, type CallUse } from "../../../src/macro/call-queue.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";

const read = (...arrays: number[]): CallUse => ({ arrays, changes: false });
const write = (...arrays: number[]): CallUse => ({ arrays, changes: true });
const closed = new NasError("NAS_MACRO_CONTRACT", "closed", { hint: "open it anew" });

/** A job that ends when it is told to, and says when it has begun. */
function held(): { work: () => Promise<void>; end: () => void; hasBegun: () => boolean } {
  let end!: () => void;
  let begun = false;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { work: () => ((begun = true), ended), end, hasBegun: () => begun };
}

describe("CallQueue", () => {
  it("lets in so many calls at once, the others in their order", async () => {
    for (const most of [1, 3]) {
      const queue = new CallQueue(most);
      const jobs = Array.from({ length: 6 }, held);
      const ends = jobs.map(({ work }) => queue.run(read(0), undefined, work));
      await sleep(0);
      for (let done = 0; done < 6; done++) {
        expect(jobs.map(({ hasBegun }) => hasBegun())).to.deep.equal(jobs.map((_, index) => index < most + done));
        jobs[done].end();
        await ends[done];
        await sleep(0);
      }
    }
  });

  it("lets a call that changes an array overlap with no other on it, and keeps their order", async () => {
    const change = fc.record({ arrays: fc.uniqueArray(fc.nat(2), { maxLength: 3 }), changes: fc.boolean() });
    const call = fc.record({ use: change, turns: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), async (calls, most) => {
        const queue = new CallQueue(most);
        const underWay = new Set<number>();
        const ended = new Set<number>();
        const clash = (a: CallUse, b: CallUse) =>
          (a.changes || b.changes) && a.arrays.some((array) => b.arrays.includes(array));
        await Promise.all(
          calls.map(({ use, turns }, index) =>
            queue.run(use, undefined, async () => {
              expect(underWay.size).to.be.lessThan(most);
              for (const other of underWay) expect(clash(calls[other].use, use)).to.equal(false);
              calls.slice(0, index).forEach((earlier, place) => {
                if (clash(earlier.use, use)) expect(ended.has(place)).to.equal(true);
              });
              underWay.add(index);
              for (let turn = 0; turn < turns; turn++) await Promise.resolve();
              underWay.delete(index);
              ended.add(index);
            }),
          ),
        );
        expect(ended.size).to.equal(calls.length);
      }),
      { numRuns: 300 },
    );
  });

  it("lets a call pass one that waits for another array", async () => {
    const queue = new CallQueue(2);
    const [slow, blocked, free] = [held(), held(), held()];
    const ends = [
      queue.run(write(0), undefined, slow.work),
      queue.run(read(0), undefined, blocked.work),
      queue.run(read(1), undefined, free.work),
    ];
    await sleep(0);
    expect([slow, blocked, free].map(({ hasBegun }) => hasBegun())).to.deep.equal([true, false, true]);
    for (const { end } of [slow, blocked, free]) end();
    await Promise.all(ends);
  });

  it("gives what the work gave, and goes on after a failure", async () => {
    const queue = new CallQueue(1);
    const failing = queue.run(write(0), undefined, () => Promise.reject(closed));
    const next = queue.run(write(0), undefined, () => Promise.resolve(7));
    await expectNasRejection("NAS_MACRO_CONTRACT", failing);
    expect(await next).to.equal(7);
  });

  it("refuses a waiting call as soon as its signal fires, and lets the work that has begun go on", async () => {
    const queue = new CallQueue(1);
    const [first, second, third] = [held(), held(), held()];
    const controller = new AbortController();
    const begun = queue.run(read(0), controller.signal, first.work);
    const waiting = queue.run(write(0), controller.signal, second.work);
    const other = queue.run(read(0), new AbortController().signal, third.work);
    await sleep(0);
    controller.abort();
    await expectNasRejection("NAS_INTERRUPTED", waiting);
    expect(second.hasBegun()).to.equal(false);
    expect(third.hasBegun()).to.equal(false);
    first.end();
    await begun;
    third.end();
    await other;
    await expectNasRejection("NAS_INTERRUPTED", queue.run(read(0), controller.signal, second.work));
    expect(second.hasBegun()).to.equal(false);
  });

  it("adds one listener to a signal, however many calls wait with it", async () => {
    const queue = new CallQueue(1);
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    signal.addEventListener = (...parameters: Parameters<typeof add>) => {
      listeners++;
      add(...parameters);
    };
    await Promise.all(Array.from({ length: 30 }, () => queue.run(read(0), signal, () => sleep(0))));
    expect(listeners).to.equal(1);
  });

  it("leaves no listener behind when it is drained: a job's signal sees many macros come and go", async () => {
    const { signal } = new AbortController();
    for (let macro = 0; macro < 20; macro++) {
      const queue = new CallQueue(1);
      await queue.run(read(0), signal, () => sleep(0));
      await queue.drain(closed);
    }
    expect(getEventListeners(signal, "abort")).to.deep.equal([]);
  });

  it("drains: refuses what waits, and ends when what was under way has ended", async () => {
    const queue = new CallQueue(1);
    await queue.drain(closed);
    const job = held();
    const underWay = queue.run(read(0), undefined, job.work);
    const waiting = queue.run(read(0), undefined, job.work);
    let isDrained = false;
    const drained = queue.drain(closed).then(() => (isDrained = true));
    await expectNasRejection("NAS_MACRO_CONTRACT", waiting);
    expect(isDrained).to.equal(false);
    job.end();
    await underWay;
    await drained;
  });
});
