import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { duplexPair, type Duplex } from "node:stream";
import { NasError } from "../../../src/base/errors.js";
import { Emulation } from "../../../src/board/emulate.js";
import { VirtualBoard, type VirtualBoardSettings } from "../../../src/board/virtual-board.js";
import { HostSession, type Reply } from "../../../src/wire/host-session.js";
import { readMap } from "../../../src/wire/cbor.js";
import { readBody, readCapabilities, writeBody } from "../../../src/wire/messages.js";
import { Pump } from "../../../src/wire/pump.js";
import { eightBytes, testLimits } from "../../support/session-pair.js";
import { GuardedMacro } from "../../../src/macro/guarded.js";
import { openSimulated } from "../../support/open-simulated.js";

const openMacro = async () => new GuardedMacro(openSimulated({ arrays: 2, arrayRows: 8, arrayColumns: 8 }));
const quick = { planeNs: 0, writeCellNs: 0, readCellNs: 0 };
const limits = { maxVoltageMv: 3000, maxPulseNs: 1000, maxPulsesPerCell: 100 };
const tile = writeBody(
  "program",
  { array: 0, rows: 8, columns: 8, tile: 1, reserved: 0, ...limits },
  new Uint8Array(64).fill(3),
);
const products = (vectors: number, bits = 8) =>
  writeBody(
    "multiply",
    { array: 0, vectors, rows: 8, bits, want: 1, firstVector: 0, repeat: 0 },
    new Uint8Array(vectors * 8).fill(1),
  );

/** Talks to a board over a pair of streams. */
function talk(line: Duplex): HostSession {
  const session: HostSession = new HostSession(
    { session: eightBytes("session"), own: testLimits, bytesPerSecond: 1e7 },
    { opened: () => session.release(), failed: () => session.greet(randomBytes(8)) },
  );
  new Pump(session, line);
  session.greet(randomBytes(8));
  return session;
}

async function withBoard(
  settings: VirtualBoardSettings,
  job: (host: HostSession, board: VirtualBoard) => Promise<void>,
) {
  const board = await VirtualBoard.start(openMacro, {
    restartMs: 5,
    ...settings,
    facts: { ...quick, ...settings.facts },
  });
  const [near, far] = duplexPair();
  board.plug(far);
  try {
    await job(talk(near), board);
  } finally {
    near.destroy();
    await board.close();
  }
}

const statusOf = ({ status }: Reply) => status;

describe("VirtualBoard", () => {
  it("says what it is, programs, reads back and multiplies", async () => {
    await withBoard({ facts: { serial: "VB-7", lies: { arrayRows: 64 } } }, async (host) => {
      const capabilities = readCapabilities((await host.request("capabilities")).body);
      expect(capabilities).to.include({ serial: "VB-7", arrays: 2, arrayColumns: 8, arrayRows: 64, keyedNoise: true });
      expect(readBody("programReport", (await host.request("program", tile)).body).values.cells).to.equal(64);
      const read = readBody("tile", (await host.request("readback", writeBody("array", { array: 0 }))).body, () => 64);
      expect([...read.data]).to.deep.equal(new Array<number>(64).fill(3));
      const answer = await host.request("multiply", products(2));
      // Both cells of each pair hold 3: their difference is 0.
      expect(readBody("products", answer.body, () => 16)).to.deep.include({ data: new Uint8Array(16) });
      const status = readMap("status", (await host.request("status")).body);
      expect(status).to.include({ isStopped: false, temperatureC: 25 });
      expect(status.programmed).to.deep.equal([0]);
    });
  });

  it("refuses what it must, each with its own status", async () => {
    await withBoard({ facts: { memoryBytes: 1000 } }, async (host) => {
      const ask = async (...request: Parameters<HostSession["request"]>) => statusOf(await host.request(...request));
      expect(await ask("multiply", products(1))).to.equal("notProgrammed");
      expect(await ask("readback", writeBody("array", { array: 1 }))).to.equal("notProgrammed");
      expect(await ask("program", tile.subarray(0, 30))).to.equal("badRequest");
      const strong = { ...limits, maxVoltageMv: 9000 };
      const levels = new Uint8Array(64);
      expect(
        await ask(
          "program",
          writeBody("program", { array: 0, rows: 8, columns: 8, tile: 1, reserved: 0, ...strong }, levels),
        ),
      ).to.equal("limit");
      const far = { array: 9, rows: 8, columns: 8, tile: 1, reserved: 0, ...limits };
      expect(await ask("program", writeBody("program", far, levels))).to.equal("range");
      await ask("program", tile);
      expect(await ask("multiply", products(200))).to.equal("memory");
      expect(
        await ask(
          "multiply",
          writeBody(
            "multiply",
            { array: 0, vectors: 1, rows: 3, bits: 8, want: 1, firstVector: 0, repeat: 0 },
            new Uint8Array(3),
          ),
        ),
      ).to.equal("range");
      expect(await ask("configure", writeBody("configure", { array: 0, stepLevels: 3 }))).to.equal("range");
    });
  });

  it("after an emergency stop refuses writes and products until it is released", async () => {
    await withBoard({}, async (host) => {
      await host.request("program", tile);
      await host.stop();
      expect(statusOf(await host.request("program", tile))).to.equal("stopped");
      expect(statusOf(await host.request("multiply", products(1)))).to.equal("stopped");
      await host.request("release");
      expect(statusOf(await host.request("multiply", products(1)))).to.equal("ok");
    });
  });

  it("keeps its cells over a restart, and knows of them again when they are declared", async () => {
    await withBoard({}, async (host, board) => {
      await host.request("program", tile);
      const boot = host.welcome!.boot;
      await board.restart();
      expect(statusOf(await host.request("multiply", products(1)))).to.equal("notProgrammed");
      expect(host.welcome!.boot).to.not.deep.equal(boot);
      const wrong = writeBody("tile", { array: 0, rows: 4, columns: 8, reserved: 0, tile: 1 });
      expect(statusOf(await host.request("adopt", wrong))).to.equal("notProgrammed");
      await host.request("adopt", writeBody("tile", { array: 0, rows: 8, columns: 8, reserved: 0, tile: 1 }));
      expect(statusOf(await host.request("multiply", products(1)))).to.equal("ok");
    });
  });

  it("takes the time of hardware", async () => {
    await withBoard({ facts: { planeNs: 1_000_000 } }, async (host) => {
      await host.request("program", tile);
      const started = performance.now();
      await Promise.all([host.request("multiply", products(5)), host.request("multiply", products(5))]);
      expect(performance.now() - started).to.be.within(78, 3000);
    });
  });

  it("is deaf for a while, and goes on", async () => {
    await withBoard({}, async (host, board) => {
      await host.request("capabilities");
      board.stall(100);
      const started = performance.now();
      await host.request("capabilities");
      expect(performance.now() - started).to.be.above(80);
    });
  });
});

describe("Emulation", () => {
  it("serves TCP, one connection after the other, also when it pulls its own plug", async () => {
    const settings = {
      facts: quick,
      tcp: { host: "127.0.0.1", port: 0 },
      unplugEveryMs: 500,
      bytesPerSecond: 1e6,
      lineFaults: { flip: 0.01 },
    };
    await using emulation = await Emulation.start(openMacro, settings);
    const port = Number(/^tcp:\/\/127\.0\.0\.1:(\d+)$/.exec(emulation.address)?.[1]);
    let answered = 0;
    for (let connection = 0; connection < 3; connection++) {
      const socket = connect(port, "127.0.0.1").on("error", () => undefined);
      const closed = new Promise((resolve) => socket.once("close", resolve));
      const host = talk(socket);
      // The plug may be pulled before the answer is there.
      host.request("capabilities").then(
        () => answered++,
        () => undefined,
      );
      await closed;
      host.end(new NasError("NAS_INTERRUPTED", "over", { hint: "" }));
    }
    expect(answered).to.be.at.least(1);
  });

  it("serves a pseudo terminal under a name that stays", async function () {
    const { mkdtempSync, realpathSync, existsSync } = await import("node:fs");
    const { tmpdir } = await import("node:os");
    const link = `${mkdtempSync(`${tmpdir()}/nas4cim-link-`)}/board`;
    let emulation: Emulation;
    try {
      emulation = await Emulation.start(openMacro, { facts: quick, link, unplugEveryMs: 100, unplugMs: 20 });
    } catch {
      return this.skip();
    }
    const paths = new Set<string>();
    for (let look = 0; look < 30; look++) {
      if (existsSync(link)) paths.add(realpathSync(link));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(emulation.address).to.equal(link);
    expect(paths.size).to.be.at.least(1);
    await emulation[Symbol.asyncDispose]();
    expect(existsSync(link)).to.equal(false);
  });
});
