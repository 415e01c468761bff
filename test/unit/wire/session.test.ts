import { expect } from "chai";
import { keyedUniform } from "../../../src/base/keyed-random.js";
import { operations, requestHeader, replyHeader, statuses, structs } from "../../../src/wire/constants.js";
import { readLayout, writeLayout } from "../../../src/wire/layout.js";
import { schemaHash, writeMessage } from "../../../src/wire/messages.js";
import { FrameDecoder } from "../../../src/wire/frame.js";
import { Link } from "../../../src/wire/link.js";
import { BoardSession } from "../../../src/wire/board-session.js";
import { readMap, writeMap } from "../../../src/wire/cbor.js";
import { encodeFrame } from "../../../src/wire/frame.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { eightBytes, SessionPair, testLimits } from "../../support/session-pair.js";

const body = (array: number) => {
  const bytes = new Uint8Array(2);
  writeLayout(structs.array, { array }, new DataView(bytes.buffer));
  return bytes;
};
const numberOf = (bytes: Uint8Array) => readLayout(structs.array, bytes).array;
const soon = () => Promise.resolve();

/** Answers with what it was asked, and counts how often it was asked what. */
function counting() {
  const times = new Map<number, number>();
  return {
    times,
    handler: async (_operation: string, asked: Uint8Array) => {
      const number = numberOf(asked);
      times.set(number, (times.get(number) ?? 0) + 1);
      await soon();
      return { status: "ok" as const, body: asked };
    },
  };
}

describe("HostSession and BoardSession", () => {
  it("greet each other, and answer in order of asking", async () => {
    const { handler } = counting();
    const pair = new SessionPair(handler);
    const replies = Array.from({ length: 50 }, (_, index) => pair.host.request("readback", body(index)));
    const numbers = (await pair.settle(Promise.all(replies))).map((reply) => numberOf(reply.body));
    expect(numbers).to.deep.equal(Array.from({ length: 50 }, (_, index) => index));
    expect(pair.outcomes).to.deep.equal(["first"]);
    expect(pair.welcome).to.include({ version: 1, slots: 4, resumed: false });
    expect(pair.board.counters.executed).to.equal(50);
  });

  it("executes every write once where frames are lost, doubled and damaged and the link breaks again and again", async function () {
    this.timeout(30_000);
    const { times, handler } = counting();
    const one = 0.01;
    const faults = { drop: one, flip: one, duplicate: one, merge: one, split: one, delay: one };
    const pair = new SessionPair(handler, { line: { faults, seed: 5 } });
    const asked = 3000;
    const replies = Array.from({ length: asked }, (_, index) => pair.host.request("program", body(index)));
    let done = 0;
    for (const [index, reply] of replies.entries())
      void reply.then((answer) => {
        expect(numberOf(answer.body)).to.equal(index);
        done++;
      });
    for (let breaks = 0; done < asked; breaks++) {
      await pair.line.run(() => done === asked, 5 + 60 * keyedUniform("break", breaks));
      if (done < asked) pair.greet();
    }
    expect(pair.outcomes.filter((outcome) => outcome === "resumed").length).to.be.above(20);
    expect([...times.values()].every((count) => count === 1)).to.equal(true);
    expect(times.size).to.equal(asked);
    expect(pair.board.counters.answeredFromMemory).to.be.above(10);
  });

  it("after a restart asks repeatable requests again, and never a write of unknown outcome", async () => {
    let isStuck = true;
    const seen: string[] = [];
    const pair = new SessionPair(
      async (operation, asked) => {
        seen.push(`${operation} ${numberOf(asked)}`);
        if (isStuck) await new Promise(() => undefined);
        return { status: "ok" as const, body: asked };
      },
      { board: { slots: 2 } },
    );
    const first = [pair.host.request("program", body(1)), pair.host.request("readback", body(2))];
    const waiting = pair.host.request("program", body(3));
    const unknown = expectNasRejection("NAS_WIRE_OUTCOME_UNKNOWN", first[0]);
    await pair.line.run(() => seen.length === 1, 1000);
    await pair.line.run(() => false, 20);
    isStuck = false;
    pair.restart();
    expect(numberOf((await pair.settle(first[1])).body)).to.equal(2);
    // It had not gone out: nothing is unknown about it.
    expect(numberOf((await pair.settle(waiting)).body)).to.equal(3);
    await unknown;
    expect(pair.outcomes).to.deep.equal(["first", "restarted"]);
    expect(seen).to.deep.equal(["program 1", "readback 2", "program 3"]);
  });

  it("says BUSY while the very request runs, and answers it from memory afterwards", async () => {
    let finish: (() => void) | undefined;
    let executed = 0;
    const pair = new SessionPair(async (_operation, asked) => {
      executed++;
      await new Promise<void>((resolve) => (finish = resolve));
      return { status: "ok", body: asked };
    });
    const reply = pair.host.request("program", body(9));
    await pair.line.run(() => executed === 1, 1000);
    pair.greet();
    await pair.line.run(() => pair.host.counters.busyReplies > 2, 1000);
    finish?.();
    expect(numberOf((await pair.settle(reply)).body)).to.equal(9);
    expect(executed).to.equal(1);
  });

  it("holds requests back until the board's state is restored, but for urgent ones", async () => {
    const { times, handler } = counting();
    const pair = new SessionPair(handler, { isReleased: false });
    const held = pair.host.request("readback", body(1));
    await pair.settle(pair.host.request("readback", body(2), { isUrgent: true }));
    expect(times.has(1)).to.equal(false);
    pair.host.release();
    await pair.settle(held);
  });

  it("refuses a board of other versions, or of other messages", async () => {
    for (const [versions, hint] of [
      [[2, 3], "update nas4cim"],
      [[0, 0], "update the board's firmware"],
    ] as const) {
      const pair = new SessionPair(counting().handler, { board: { versions } });
      await pair.line.run(() => pair.failures.length > 0, 1000);
      expect(pair.failures[0]).to.include({ code: "NAS_WIRE_VERSION", hint });
    }
    const pair = new SessionPair(counting().handler);
    const welcome = {
      nonce: eightBytes("nonce", 0),
      boot: eightBytes("b"),
      version: 1,
      versions: [1, 1],
      resumed: false,
    };
    const schema = schemaHash.map((byte) => byte ^ 1);
    const payload = writeMap("welcome", { ...welcome, slots: 1, ...testLimits, schema });
    const epoch = welcome.nonce[0] | (welcome.nonce[1] << 8);
    pair.host.receive(encodeFrame({ kind: 5, epoch, credit: 0, sequence: 0, ack: 0, flags: 0, payload }), 1);
    expect(pair.failures[0]).to.include({ code: "NAS_WIRE_VERSION" });
  });

  it("stops at once, whatever waits, and says so until it is heard", async () => {
    const pair = new SessionPair(async () => new Promise(() => undefined), {
      line: { faults: { flip: 0.7 }, seed: 3 },
    });
    for (let index = 0; index < 20; index++) pair.host.request("multiply", new Uint8Array(4000)).catch(() => undefined);
    await pair.line.run(() => pair.host.isOpen, 20_000);
    await pair.settle(pair.host.stop(), 20_000);
    expect(pair.stops).to.be.above(0);
  });

  it("finds out that a board is gone, and that one hangs", async () => {
    const gone = new SessionPair(counting().handler);
    await gone.line.run(() => gone.host.isOpen, 1000);
    gone.line.isCut = true;
    await gone.line.run(() => gone.failures.length > 0, 20_000);
    expect(gone.failures[0]).to.include({ code: "NAS_WIRE_LOST" });
    const hung = new SessionPair(async () => new Promise(() => undefined));
    hung.host.request("readback", body(1), { timeoutMs: 500 }).catch(() => undefined);
    await hung.line.run(() => hung.failures.length > 0, 20_000);
    expect(hung.failures[0].message).to.contain("oldest request");
    expect(hung.line.nowMs).to.be.below(1500);
  });

  it("passes events on, and takes back what was not sent", async () => {
    const pair = new SessionPair(counting().handler);
    const abort = new AbortController();
    const reply = pair.host.request("readback", body(1), { signal: abort.signal });
    abort.abort();
    await expectNasRejection("NAS_INTERRUPTED", reply);
    await pair.line.run(() => pair.host.isOpen, 1000);
    pair.board.event({ level: "warning", text: "warm" });
    await pair.line.run(() => pair.events.length > 0, 1000);
    expect(pair.events).to.deep.equal([{ level: "warning", text: "warm" }]);
  });
});

/** Requests as a host may send that does not keep the rules. */
describe("BoardSession", () => {
  function askRaw() {
    const answers: { status: number; slot: number; sequence: number }[] = [];
    const board = new BoardSession(
      { boot: eightBytes("boot"), own: testLimits, slots: 2, bytesPerSecond: 1e6 },
      async (_operation, asked) => ({ status: "ok", body: asked }),
      () => undefined,
    );
    const host = new Link({ epoch: 3, own: testLimits, peer: testLimits, bytesPerSecond: 1e6 }, (message) => {
      answers.push(readLayout(replyHeader, message));
    });
    const decoder = new FrameDecoder(2048);
    const payload = writeMap("hello", {
      nonce: eightBytes("n"),
      session: eightBytes("s"),
      versions: [1, 1],
      ...testLimits,
    });
    board.receive(encodeFrame({ kind: 4, epoch: 3, credit: 0, sequence: 0, ack: 0, flags: 0, payload }), 0);
    const ask = async (operation: number, slot: number, sequence: number, bytes = Uint8Array.of(1)) => {
      host.send(writeMessage(requestHeader, { operation, slot, reserved: 0, sequence }, bytes));
      for (let turn = 0; turn < 10; turn++) {
        for (let frame = host.nextFrame(turn); frame; frame = host.nextFrame(turn)) board.receive(frame, turn);
        await new Promise((resolve) => setImmediate(resolve));
        for (let frame = board.nextFrame(turn); frame; frame = board.nextFrame(turn))
          decoder.push(frame, (one) => (one.kind <= 3 ? host.receive(one, turn) : undefined));
      }
      return answers.at(-1)?.status;
    };
    return { ask, board, answers };
  }

  it("answers by the rules of slots", async () => {
    const { ask, board } = askRaw();
    const { program, readback } = operations;
    expect(await ask(program.value, 0, 1)).to.equal(statuses.ok.value);
    expect(await ask(program.value, 0, 1)).to.equal(statuses.ok.value);
    expect(board.counters.executed).to.equal(1);
    expect(await ask(program.value, 0, 1, Uint8Array.of(2))).to.equal(statuses.falseRetry.value);
    expect(await ask(program.value, 0, 3)).to.equal(statuses.misordered.value);
    expect(await ask(program.value, 0, 0)).to.equal(statuses.misordered.value);
    expect(await ask(program.value, 9, 1)).to.equal(statuses.badRequest.value);
    expect(await ask(77, 1, 1)).to.equal(statuses.badRequest.value);
    expect(await ask(readback.value, 1, 2)).to.equal(statuses.ok.value);
    expect(await ask(readback.value, 1, 2)).to.equal(statuses.ok.value);
    // What is repeatable is not kept, so it is done again.
    expect(board.counters.executed).to.equal(3);
  });

  it("answers a repeated HELLO without beginning anew, and ignores what is no HELLO", () => {
    const { board } = askRaw();
    const hello = (nonce: Uint8Array, more: Uint8Array = new Uint8Array()) => {
      const payload = writeMap("hello", { nonce, session: eightBytes("s"), versions: [1, 1], ...testLimits });
      const all = Uint8Array.from([...payload, ...more]);
      board.receive(encodeFrame({ kind: 4, epoch: 3, credit: 0, sequence: 0, ack: 0, flags: 0, payload: all }), 0);
      const answers: boolean[] = [];
      const take = (frame: Uint8Array) =>
        new FrameDecoder(2048).push(frame, (one) => answers.push(readMap("welcome", one.payload).resumed));
      for (let frame = board.nextFrame(0); frame; frame = board.nextFrame(0)) take(frame);
      return answers;
    };
    expect(hello(eightBytes("n"))).to.deep.equal([false, false]);
    expect(hello(eightBytes("other"))).to.deep.equal([true]);
    expect(hello(eightBytes("third"), Uint8Array.of(0))).to.deep.equal([]);
  });
});
