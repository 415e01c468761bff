import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { PtyLine } from "../../../src/board/pty.js";
import { messageOf } from "../../../src/base/errors.js";

/** Where there are no pseudo terminals these tests are pending: the board then serves TCP. */
async function openOrSkip(test: Mocha.Context): Promise<PtyLine> {
  try {
    return await PtyLine.open();
  } catch (error) {
    console.log(`      pending: ${messageOf(error)}`);
    return test.skip();
  }
}

const closed = (line: PtyLine) => new Promise((resolve) => line.once("close", resolve).destroy());

describe("PtyLine", () => {
  it("carries every byte value unchanged in both directions, from the first one on", async function () {
    const line = await openOrSkip(this);
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const host = openSync(line.path, constants.O_RDWR | constants.O_NOCTTY);
    const heard: Buffer[] = [];
    const whole = new Promise<void>((resolve) =>
      line.on("data", (chunk: Buffer) => {
        heard.push(chunk);
        if (Buffer.concat(heard).length >= 256) resolve();
      }),
    );
    // Carriage returns, interrupts, end of file, flow control: cooked terminals change or swallow all of them.
    writeSync(host, all);
    await whole;
    expect([...Buffer.concat(heard)]).to.deep.equal([...all]);
    await new Promise((resolve) => line.write(all, resolve));
    const back = Buffer.alloc(300);
    expect([...back.subarray(0, readSync(host, back, 0, 300, null))]).to.deep.equal([...all]);
    closeSync(host);
    await closed(line);
  });

  it("is raw before anybody knows its name", async function () {
    const line = await openOrSkip(this);
    let settings: string;
    try {
      settings = execFileSync("stty", [process.platform === "linux" ? "-F" : "-f", line.path, "-a"], {
        encoding: "utf8",
      });
    } catch {
      await closed(line);
      return this.skip();
    }
    for (const off of ["-icanon", "-isig", "-opost", "-ixon", "-icrnl"]) expect(settings).to.include(off);
    expect(settings).to.match(/(^|\s)-echo\s/);
    await closed(line);
  });

  it("costs no CPU while the host does not read, and can be closed in the middle of it", async function () {
    const line = await openOrSkip(this);
    let isWritten = false;
    line.write(new Uint8Array(1_000_000), () => (isWritten = true));
    line.on("error", () => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, 400));
    const { user, system } = process.cpuUsage(before);
    expect(isWritten).to.equal(false);
    expect((user + system) / 1000, "ms of CPU in 400 ms").to.be.below(100);
    await closed(line);
  });

  it("lets a host come and go", async function () {
    const line = await openOrSkip(this);
    for (const word of ["first", "second"]) {
      const host = openSync(line.path, constants.O_RDWR | constants.O_NOCTTY);
      const heard = new Promise<string>((resolve) => line.once("data", (chunk: Buffer) => resolve(chunk.toString())));
      writeSync(host, word);
      expect(await heard).to.equal(word);
      closeSync(host);
    }
    await closed(line);
  });
});
