import { expect } from "chai";
import { setTimeout as sleep } from "node:timers/promises";
import { CallClock } from "../../../src/macro/call-times.js";

const none = { calls: 0, failed: 0, seconds: 0, longestSeconds: 0, waitSeconds: 0 };

describe("CallClock", () => {
  it("has timed nothing at first, and gives copies", () => {
    const clock = new CallClock();
    const times = clock.times();
    expect(times).to.deep.equal({ configure: none, program: none, readback: none, compute: none });
    times.compute.calls = 5;
    expect(clock.times().compute.calls).to.equal(0);
  });

  it("adds up calls, waits and failures by kind, and keeps the longest", async () => {
    const clock = new CallClock();
    expect(await clock.time("compute", performance.now() - 2000, () => sleep(30, "answer"))).to.equal("answer");
    const failing = clock.time("compute", performance.now(), () => Promise.reject(new Error("no")));
    expect(await failing.catch((error: Error) => error.message)).to.equal("no");
    const { compute, program } = clock.times();
    expect(program).to.deep.equal(none);
    expect(compute).to.include({ calls: 2, failed: 1 });
    expect(compute.waitSeconds).to.be.within(2, 2.5);
    expect(compute.longestSeconds).to.be.within(0.025, 1);
    expect(compute.seconds).to.be.at.least(compute.longestSeconds);
  });
});
