import { expect } from "chai";
import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import {
  operations,
  protocolVersions,
  requestHeader,
  structs,
  replyHeader,
  frameKinds,
  type Welcome,
} from "../wire/constants.js";
import { readMap, writeMap } from "../wire/cbor.js";
import { encodeFrame, FrameDecoder, type Frame } from "../wire/frame.js";
import { HostSession, type Reply } from "../wire/host-session.js";
import { layoutBytes, readLayout } from "../wire/layout.js";
import { readCapabilities, schemaHash, specOf, statusOf, writeMessage } from "../wire/messages.js";
import { Pump } from "../wire/pump.js";

/** Opens the bare line to a board; the suite closes it. */
export type OpenLineForTest = () => Promise<Duplex>;

const own = { maxPayload: 1024, window: 16384, maxMessage: 65536 };
const patienceMs = 3000;

/**
 * Declares the tests of a board's side of docs/wire-protocol.md, for mocha. They write no cell: what they ask is harmless on any
 * board. What is measured stands in the title when the test has passed.
 */
export function describeLink(name: string, open: OpenLineForTest): void {
  describe(`link conformance: ${name}`, () => {
    const test = (title: string, body: (line: RawLine) => Promise<void>) =>
      it(title, async function () {
        const raw = new RawLine(await open());
        try {
          await body(raw);
          if (raw.notes.length > 0) this.test!.title = `${title} (${raw.notes.join(", ")})`;
        } finally {
          await raw.close();
        }
      });

    test("answers a greeting, and the same greeting again without a new link", async (line) => {
      const first = await line.greet();
      expect(first.version).to.be.within(protocolVersions[0], protocolVersions[1]);
      expect(first.schema).to.deep.equal(schemaHash);
      const again = await line.greet(first.nonce);
      expect(again.boot).to.deep.equal(first.boot);
      const other = await line.greet();
      expect(other.boot, "another boot without a restart").to.deep.equal(first.boot);
      expect(other.resumed, "the session's slots after a new greeting").to.equal(true);
    });

    test("tells capabilities that a macro can have", async (line) => {
      const session = await line.session();
      expect(specOf(readCapabilities((await ask(session, "capabilities")).body)).contract).to.equal(2);
    });

    test("answers PING", async (line) => {
      await line.greet();
      const times: number[] = [];
      for (let count = 0; count < 50; count++) {
        const startedMs = performance.now();
        const payload = randomBytes(8);
        line.send({ kind: frameKinds.ping.value, payload });
        const pong = await line.next(({ kind }) => kind === frameKinds.pong.value);
        expect([...pong.payload]).to.deep.equal([...payload]);
        times.push(performance.now() - startedMs);
      }
      times.sort((a, b) => a - b);
      line.notes.push(`round trip ${times[25].toFixed(2)} ms, one in fifty ${times[48].toFixed(2)} ms`);
    });

    test("finds the next frame behind garbage, damage and single bytes", async (line) => {
      await line.greet();
      const ping = encodeFrame(line.frame({ kind: frameKinds.ping.value, payload: Uint8Array.of(1) }));
      const damaged = ping.map((byte, index) => (index === 5 ? byte ^ 0x40 : byte));
      const garbage = randomBytes(3000).map((byte) => byte || 1);
      for (const noise of [garbage, damaged, Uint8Array.of(0, 0, 0), ping.subarray(0, 9)]) {
        line.write(Uint8Array.of(...noise, 0));
        for (const byte of ping) line.write(Uint8Array.of(byte));
        await line.next(({ kind }) => kind === frameKinds.pong.value);
      }
    });

    test("reports a missing frame, and goes on when it comes", async (line) => {
      await line.greet();
      const [first, second] = [0, 1].map((sequence) => line.request("capabilities", sequence, sequence, 1));
      line.send(second);
      const nak = await line.next(({ kind }) => kind === frameKinds.nak.value);
      expect([...nak.payload.subarray(0, 4)]).to.deep.equal([0, 0, 1, 0]);
      line.send(first);
      expect(await line.reply()).to.include({ slot: 0, status: "ok" });
      expect(await line.reply()).to.include({ slot: 1, status: "ok" });
    });

    test("executes by the rules of slots", async (line) => {
      await line.greet();
      const status = async (sequence: number, slotSequence: number, body?: Uint8Array) => {
        line.send(line.request("status", sequence, 0, slotSequence, body));
        return (await line.reply()).status;
      };
      expect(await status(0, 1)).to.equal("ok");
      expect(await status(1, 1)).to.equal("ok");
      expect(await status(2, 1, Uint8Array.of(1))).to.equal("falseRetry");
      expect(await status(3, 5)).to.equal("misordered");
      expect(await status(4, 2)).to.equal("ok");
    });

    test("says that it has no link where a frame is of another one", async (line) => {
      await line.greet();
      line.send({ ...line.request("status", 0, 0, 1), epoch: line.epoch ^ 0xffff });
      await line.next(({ kind }) => kind === frameKinds.noLink.value);
    });

    test("obeys an emergency stop, refuses products, and is released", async (line) => {
      const session = await line.session();
      await within(session.stop(), "STOPPED");
      const isStopped = async () => readMap("status", (await ask(session, "status")).body).isStopped;
      try {
        const body = new Uint8Array(layoutBytes(structs.multiply));
        expect((await ask(session, "multiply", body)).status).to.be.oneOf(["stopped", "notProgrammed"]);
        expect(await isStopped()).to.equal(true);
      } finally {
        expect((await ask(session, "release")).status).to.equal("ok");
      }
      expect(await isStopped()).to.equal(false);
    });

    test("answers many requests at once", async (line) => {
      const session = await line.session();
      const startedMs = performance.now();
      const replies = await within(
        Promise.all(Array.from({ length: 200 }, () => session.request("capabilities"))),
        "200 replies",
      );
      expect(replies.every(({ status }) => status === "ok")).to.equal(true);
      line.notes.push(`${Math.round(200 / ((performance.now() - startedMs) / 1000))} requests a second`);
    });
  });
}

async function ask(session: HostSession, ...request: Parameters<HostSession["request"]>): Promise<Reply> {
  return within(session.request(...request), request[0]);
}

async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DOMException(`no ${what} within ${patienceMs} ms`, "TimeoutError")),
      patienceMs,
    );
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A line as the suite uses it: frame by frame, or with a session on it. */
class RawLine {
  epoch = 0;
  readonly #line: Duplex;
  readonly #session = randomBytes(8);
  readonly #decoder = new FrameDecoder(16384);
  readonly #frames: Frame[] = [];
  /** What was measured, for whoever reads the results. */
  readonly notes: string[] = [];
  #pieces: Uint8Array[] = [];
  #replies = 0;
  #pump?: Pump;

  constructor(line: Duplex) {
    this.#line = line;
    line.on("error", () => undefined).on("data", this.#hear);
  }

  readonly #hear = (chunk: Uint8Array): void =>
    this.#decoder.push(chunk, (frame) => this.#frames.push({ ...frame, payload: frame.payload.slice() }));

  async greet(nonce: Uint8Array = randomBytes(8)): Promise<Welcome> {
    this.epoch = nonce[0] | (nonce[1] << 8);
    this.#replies = 0;
    const payload = writeMap("hello", { nonce, session: this.#session, versions: protocolVersions, ...own });
    this.write(Uint8Array.of(0));
    this.send({ kind: frameKinds.hello.value, payload });
    const { payload: answer } = await this.next(
      ({ kind, epoch }) => kind === frameKinds.welcome.value && epoch === this.epoch,
    );
    return readMap("welcome", answer);
  }

  /** A session of its own on this line; frames are no longer seen one by one. */
  async session(): Promise<HostSession> {
    this.#line.off("data", this.#hear);
    return within(
      new Promise<HostSession>((resolve, reject) => {
        const session: HostSession = new HostSession(
          { session: randomBytes(8), own, bytesPerSecond: 100_000 },
          {
            opened: () => {
              session.release();
              resolve(session);
            },
            failed: reject,
          },
        );
        this.#pump = new Pump(session, this.#line);
        session.greet(randomBytes(8));
      }),
      "WELCOME",
    );
  }

  frame(part: Partial<Frame> & { kind: number }): Frame {
    return {
      epoch: this.epoch,
      credit: own.window * 4,
      sequence: 0,
      ack: this.#replies,
      flags: 0,
      payload: new Uint8Array(),
      ...part,
    };
  }

  request(
    operation: keyof typeof operations,
    sequence: number,
    slot: number,
    slotSequence: number,
    body: Uint8Array = new Uint8Array(),
  ): Frame {
    const header = { operation: operations[operation].value, slot, reserved: 0, sequence: slotSequence };
    return this.frame({ kind: frameKinds.data.value, sequence, payload: writeMessage(requestHeader, header, body) });
  }

  send(part: Partial<Frame> & { kind: number }): void {
    this.write(encodeFrame(this.frame(part)));
  }

  write(bytes: Uint8Array): void {
    this.#line.write(bytes);
  }

  /** The next frame of that kind, frames before it dropped. */
  async next(isWanted: (frame: Frame) => boolean): Promise<Frame> {
    const startedMs = performance.now();
    for (;;) {
      for (let frame = this.#frames.shift(); frame; frame = this.#frames.shift()) if (isWanted(frame)) return frame;
      if (performance.now() - startedMs > patienceMs)
        throw new DOMException(`nothing came within ${patienceMs} ms`, "TimeoutError");
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** The next reply, put together from its frames. */
  async reply(): Promise<{ slot: number; status: string | undefined }> {
    for (;;) {
      const { flags, payload, sequence } = await this.next(({ kind }) => kind === frameKinds.data.value);
      if (sequence !== this.#replies) continue;
      this.#replies++;
      this.#pieces.push(payload);
      if (flags & 1) continue;
      const message = Buffer.concat(this.#pieces.splice(0));
      const { slot, status } = readLayout(replyHeader, message);
      return { slot, status: statusOf(status) };
    }
  }

  async close(): Promise<void> {
    this.#pump?.close();
    if (this.#line.closed) return;
    const closed = new Promise((resolve) => this.#line.once("close", resolve));
    this.#line.destroy();
    await closed;
  }
}
