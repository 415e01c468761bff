import { expect } from "chai";
import { setTimeout as sleep } from "node:timers/promises";
import { Stopwatch } from "../../../src/run/stopwatch.js";

describe("Stopwatch", () => {
  it("adds up each step, in the order in which steps first came", () => {
    const watch = new Stopwatch();
    watch.add("map", 1);
    watch.add("load", 2);
    watch.add("map", 0.5);
    expect(watch.timings()).to.deep.equal([
      { step: "map", seconds: 1.5 },
      { step: "load", seconds: 2 },
    ]);
    expect(new Stopwatch().timings()).to.deep.equal([]);
  });

  it("passes on what the work gives, and times it in seconds", async () => {
    const watch = new Stopwatch();
    expect(watch.time("count", () => 7)).to.equal(7);
    expect(await watch.timeAsync("wait", async () => (await sleep(30), "done"))).to.equal("done");
    const [count, wait] = watch.timings();
    expect(count.step).to.equal("count");
    expect(count.seconds).to.be.within(0, 1);
    expect(wait.seconds).to.be.within(0.025, 5);
  });

  it("times work that fails, too, and lets the failure through", async () => {
    const watch = new Stopwatch();
    const fail = () => {
      throw new Error("broken");
    };
    expect(() => watch.time("a", fail)).to.throw("broken");
    let message = "";
    await watch.timeAsync("b", async () => fail()).catch((error: Error) => ({ message } = error));
    expect(message).to.equal("broken");
    expect(watch.timings().map(({ step }) => step)).to.deep.equal(["a", "b"]);
  });
});
