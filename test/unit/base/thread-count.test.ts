import { expect } from "chai";
import { availableParallelism } from "node:os";
import { mostThreads, threadCount } from "../../../src/base/thread-count.js";

describe("threadCount", () => {
  it("is one thread a processor where nobody asks", () => {
    expect(threadCount(undefined)).to.equal(availableParallelism());
  });

  it("is what was asked for, up to two a processor, and says when it is less", () => {
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    expect(mostThreads()).to.equal(2 * availableParallelism());
    expect([1, mostThreads()].map((asked) => threadCount(asked, log))).to.deep.equal([1, mostThreads()]);
    expect(lines).to.deep.equal([]);
    expect(threadCount(100_000, log)).to.equal(mostThreads());
    expect(threadCount(100_000)).to.equal(mostThreads());
    expect(lines).to.deep.equal([
      `note: ${mostThreads()} threads instead of 100000: on this machine more would only wait for each other`,
    ]);
  });
});
