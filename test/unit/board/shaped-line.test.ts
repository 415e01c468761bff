import { expect } from "chai";
import { duplexPair } from "node:stream";
import { ByteFaults } from "../../../src/board/byte-faults.js";
import { ShapedLine } from "../../../src/board/shaped-line.js";
import { encodeFrame } from "../../../src/wire/frame.js";

/** How long so many bytes take from one end to the other, s. */
async function carry(bytes: number, bytesPerSecond: number, direction: "up" | "down"): Promise<number> {
  const [near, far] = duplexPair();
  const line = new ShapedLine(far, { bytesPerSecond });
  const [from, to] = direction === "up" ? [line, near] : [near, line];
  let heard = 0;
  const started = performance.now();
  const done = new Promise<void>((resolve) =>
    to.on("data", (chunk: Uint8Array) => {
      heard += chunk.length;
      if (heard === bytes) resolve();
    }),
  );
  for (let sent = 0; sent < bytes; sent += 1000)
    await new Promise<void>((resolve) => from.write(new Uint8Array(Math.min(1000, bytes - sent)), () => resolve()));
  await done;
  line.destroy();
  return (performance.now() - started) / 1000;
}

describe("ShapedLine", () => {
  for (const direction of ["up", "down"] as const)
    it(`carries no more a second than its line, ${direction}`, async () => {
      const seconds = await carry(30_000, 100_000, direction);
      // 0.3 s on the line; a busy machine may take longer, never shorter.
      expect(seconds).to.be.at.least(0.29);
      expect(seconds).to.be.below(3);
    });

  it("does what the faults say, in each direction", async () => {
    const [near, far] = duplexPair();
    const line = new ShapedLine(far, {
      down: new ByteFaults({ merge: 1 }, 1, "down"),
      up: new ByteFaults({ duplicate: 1 }, 1, "up"),
    });
    const frame = encodeFrame({ kind: 1, epoch: 1, credit: 0, sequence: 0, ack: 0, flags: 0 });
    const heard = (stream: NodeJS.ReadableStream) => new Promise<Buffer>((resolve) => stream.once("data", resolve));
    const down = heard(line);
    near.write(frame);
    expect((await down).length).to.equal(frame.length - 1);
    let up = 0;
    near.on("data", (chunk: Uint8Array) => (up += chunk.length));
    line.write(frame);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(up).to.equal(2 * frame.length);
  });

  it("ends with the line that it stands for", async () => {
    const [, far] = duplexPair();
    const line = new ShapedLine(far, {});
    const closed = new Promise((resolve) => line.once("close", resolve));
    far.destroy();
    await closed;
  });
});
