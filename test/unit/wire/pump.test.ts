import { expect } from "chai";
import { Duplex, duplexPair } from "node:stream";
import { BoardSession } from "../../../src/wire/board-session.js";
import { HostSession } from "../../../src/wire/host-session.js";
import { Pump } from "../../../src/wire/pump.js";
import { eightBytes, testLimits } from "../../support/session-pair.js";

function openHost(): HostSession {
  const session = new HostSession(
    { session: eightBytes("session"), own: testLimits, bytesPerSecond: 1e6 },
    { opened: () => session.release(), failed: (error) => expect.fail(error.message) },
  );
  session.greet(eightBytes("nonce"));
  return session;
}

function openBoard(): BoardSession {
  const settings = { boot: eightBytes("boot"), own: testLimits, slots: 4, bytesPerSecond: 1e6 };
  return new BoardSession(
    settings,
    async (_operation, body) => ({ status: "ok", body }),
    () => undefined,
  );
}

describe("Pump", () => {
  it("moves requests and replies over a pair of streams", async () => {
    const [near, far] = duplexPair();
    const host = openHost();
    using _pumps = closing(new Pump(host, near), new Pump(openBoard(), far));
    const bodies = Array.from({ length: 40 }, (_, index) => new Uint8Array(500 + 100 * index).fill(index + 1));
    const replies = await Promise.all(bodies.map((body) => host.request("multiply", body)));
    expect(replies.map(({ body }) => body)).to.deep.equal(bodies);
  });

  it("ends with its line: no timer goes on, and another line of the endpoint is left alone", async () => {
    const [near, far] = duplexPair();
    const host = openHost();
    new Pump(host, near);
    const closed = new Promise((resolve) => near.once("close", resolve));
    near.destroy();
    await closed;
    expect(host.onWork).to.equal(undefined);

    const [oldNear] = duplexPair();
    const [newNear, newFar] = duplexPair();
    const session = openHost();
    new Pump(session, oldNear);
    using _pumps = closing(new Pump(session, newNear), new Pump(openBoard(), newFar));
    const oldClosed = new Promise((resolve) => oldNear.once("close", resolve));
    oldNear.destroy();
    await oldClosed;
    expect((await session.request("multiply", new Uint8Array(9))).status).to.equal("ok");
    far.destroy();
  });

  it("lets two writes be under way, and puts many frames into each", async () => {
    const writes: number[] = [];
    let finish: (() => void) | undefined;
    const line = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        writes.push(chunk.length);
        finish = done;
      },
    });
    const board = openBoard();
    using _pump = closing(new Pump(board, line));
    // A hundred greetings: sixteen answers are kept.
    const hello: Uint8Array[] = [];
    const host = openHost();
    for (let index = 0; index < 100; index++) {
      host.greet(eightBytes("nonce", index));
      hello.push(host.nextFrame(index)!);
    }
    for (const frame of hello) line.push(frame);
    await new Promise((resolve) => setImmediate(resolve));
    expect(writes).to.have.length(1);
    for (const count of [2, 3]) {
      finish?.();
      await new Promise((resolve) => setImmediate(resolve));
      expect(writes).to.have.length(count);
    }
    // The first two took what there was at the time; the others waited for the third.
    expect(writes[2]).to.be.above(10 * writes[0]);
  });
});

function closing(...pumps: Pump[]): Disposable {
  return { [Symbol.dispose]: () => pumps.forEach((pump) => pump.close()) };
}
