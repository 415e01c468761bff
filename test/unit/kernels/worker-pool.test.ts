import { expect } from "chai";
import fc from "fast-check";
import { convertReference } from "../../../src/kernels/reference.js";
import { KernelPool } from "../../../src/kernels/worker-pool.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { kernelCase } from "../../support/kernel-cases.js";

/** Batches of a tile with noise, each a part of one stream of vectors. */
const [{ tile, call }] = fc.sample(
  kernelCase().filter((each) => each.call.vectors >= 4 && each.tile.noise.some((sigma) => sigma > 100)),
  { numRuns: 1, seed: 11 },
);
const batches = Array.from({ length: 12 }, (_, index) => ({ ...call, firstVector: index * call.vectors }));

describe("KernelPool", () => {
  it("gives the same integers on any number of threads", async () => {
    const expected = batches.map((batch) => convertReference(tile, batch));
    for (const threads of [1, 2, 3]) {
      await using pool = new KernelPool(threads);
      expect(pool.threads).to.equal(threads);
      await pool.prepare("tile", tile);
      expect(await Promise.all(batches.map((batch) => pool.run("tile", batch)))).to.deep.equal(expected);
    }
  });

  it("starts no more threads than there is work for, and gives each what the others hold", async () => {
    await using pool = new KernelPool(1000);
    expect(pool.startedThreads).to.equal(0);
    await pool.prepareWeights("weights", Int16Array.of(2, 3), 2, 1);
    await pool.prepare("tile", tile);
    expect(pool.startedThreads).to.equal(1);
    for (const batch of batches.slice(0, 3)) await pool.run("tile", batch);
    expect(pool.startedThreads, "one after the other").to.equal(1);
    const five = batches.slice(0, 5);
    const answers = await Promise.all(five.map((batch) => pool.run("tile", batch)));
    expect(pool.startedThreads, "five at once").to.equal(5);
    expect(answers).to.deep.equal(five.map((batch) => convertReference(tile, batch)));
    const products = await Promise.all(
      [1, 2, 3, 4, 5].map((one) => pool.products("weights", Uint8Array.of(one, 1), 1)),
    );
    expect(products.map(([value]) => value)).to.deep.equal([5, 7, 9, 11, 13]);
    expect(pool.startedThreads).to.equal(5);
  });

  it("tells a thread that starts while something is prepared", async () => {
    await using pool = new KernelPool(4);
    await pool.prepare("tile", tile);
    // The first thread has work while the weights are on their way: a second one is started for the next batch.
    const running = [pool.run("tile", batches[0])];
    const preparing = pool.prepareWeights("weights", Int16Array.of(2, 3), 2, 1);
    running.push(pool.run("tile", batches[1]), pool.run("tile", batches[2]));
    await preparing;
    const products = [1, 2, 3, 4].map((one) => pool.products("weights", Uint8Array.of(one, 1), 1));
    expect((await Promise.all(products)).map(([value]) => value)).to.deep.equal([5, 7, 9, 11]);
    await Promise.all(running);
  });

  it("keeps weights on every thread and multiplies exactly", async () => {
    await using pool = new KernelPool(2);
    // Two outputs of three rows each.
    await pool.prepareWeights("weights", Int16Array.of(1, -2, 3, 127, 0, -127), 3, 2);
    const products = await Promise.all(
      [10, 20, 30, 40].map((first) => pool.products("weights", Uint8Array.of(first, 1, 255, 0, 0, 0), 2)),
    );
    expect(products.map((values) => [...values])).to.deep.equal(
      [10, 20, 30, 40].map((first) => [first - 2 + 765, 127 * first - 127 * 255, 0, 0]),
    );
  });

  it("leaves the caller's inputs in place", async () => {
    await using pool = new KernelPool(1);
    await pool.prepare("tile", tile);
    const data = call.data.slice();
    await pool.run("tile", { ...call, data });
    expect(data).to.deep.equal(call.data);
  });

  it("passes a failed job on as NAS_KERNEL_FAILED, and goes on", async () => {
    await using pool = new KernelPool(2);
    const unknown = await expectNasRejection("NAS_KERNEL_FAILED", pool.run("nothing", call));
    expect(unknown.message).to.contain('nothing is prepared under "nothing"');
    const refused = await expectNasRejection("NAS_KERNEL_FAILED", pool.prepare("tile", { ...tile, fractionBits: 99 }));
    expect(refused.message).to.contain("99 fraction bits");
    await pool.prepare("tile", tile);
    await expectNasRejection("NAS_KERNEL_FAILED", pool.run("tile", { ...call, bits: 9 }));
    expect(await pool.run("tile", call)).to.deep.equal(convertReference(tile, call));
    await pool.release("tile");
    await expectNasRejection("NAS_KERNEL_FAILED", pool.run("tile", call));
  });

  it("answers what was asked before it was closed with an error, and so what is asked later", async () => {
    const pool = new KernelPool(1);
    await pool.prepare("tile", tile);
    const waiting = expectNasRejection(
      "NAS_KERNEL_FAILED",
      pool.run("tile", { ...call, vectors: 0, data: new Uint8Array() }),
    );
    await pool[Symbol.asyncDispose]();
    await waiting;
    await expectNasRejection("NAS_KERNEL_FAILED", pool.run("tile", call));
    await expectNasRejection("NAS_KERNEL_FAILED", pool.prepare("tile", tile));
  });

  it("gives each user names of its own", async () => {
    await using pool = new KernelPool(1);
    expect(new Set([pool.ownerPrefix(), pool.ownerPrefix(), pool.ownerPrefix()]).size).to.equal(3);
  });
});

describe("sharePool", () => {
  it("is one pool for all who hold it, with the threads of the first, ended with the last", async () => {
    // A copy of the module, because other suites in this process may hold its pool.
    const address = new URL("../../../src/kernels/worker-pool.js?alone", import.meta.url).href;
    const { sharePool } = (await import(address)) as typeof import("../../../src/kernels/worker-pool.js");
    const first = sharePool(1);
    const second = sharePool(3);
    expect(second.pool).to.equal(first.pool);
    const { pool } = first;
    const { threads } = pool;
    await pool.prepare("tile", tile);
    await first[Symbol.asyncDispose]();
    // Giving back twice must not take the pool from under the other.
    await first[Symbol.asyncDispose]();
    expect((await second.pool.run("tile", call)).values.length).to.be.greaterThan(0);
    expect(second.pool.threads).to.equal(threads);
    await second[Symbol.asyncDispose]();
    await expectNasRejection("NAS_KERNEL_FAILED", pool.run("tile", call));
    const third = sharePool(1);
    expect(third.pool).to.not.equal(pool);
    await third[Symbol.asyncDispose]();
  });
});
