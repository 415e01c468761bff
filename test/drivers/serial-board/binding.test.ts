import { expect } from "chai";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn, type ChildProcess } from "node:child_process";
import { pollForAllEvents } from "../../../drivers/serial-board/binding.js";
import { deviceOf, openLine } from "../../../drivers/serial-board/open-line.js";
import { messageOf } from "../../../src/base/errors.js";
import { packageRoot } from "../../../src/base/paths.js";
import { PtyLine } from "../../../src/board/pty.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { EventEmitter } from "node:events";

const line = (port: string) => openLine({ port, baudRate: 3_000_000 });

/** A process of its own that echoes what comes over a pseudo terminal: one process cannot be both ends of full buffers. */
async function startEcho(test: Mocha.Context): Promise<{ path: string; child: ChildProcess }> {
  const script = join(packageRoot(), "dist/test/support/pty-echo.js");
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  const [first] = (await once(child.stdout, "data")) as [Buffer];
  const text = first.toString().trim();
  if (!text.startsWith("/")) {
    console.log(`      pending: ${text}`);
    child.kill();
    test.skip();
  }
  return { path: text, child };
}

describe("serialport behind its one door", () => {
  it("polls for all that is waited for: a pending write is not forgotten when the next read begins", () => {
    const polled: number[] = [];
    const poller = Object.assign(new EventEmitter(), { poll: (events: number) => void polled.push(events) });
    pollForAllEvents({ poller });
    poller.once("writable", () => undefined);
    poller.once("readable", () => undefined);
    // Version 13.0.0 by itself would poll for 1 here, and the write would wait for ever.
    expect(polled).to.deep.equal([2, 3]);
  });

  it("carries full-duplex 16 KiB blocks without the hang", async function () {
    this.timeout(20_000);
    const { path, child } = await startEcho(this);
    const port = await line(path);
    let heard = 0;
    port.on("data", (chunk: Buffer) => (heard += chunk.length));
    const block = new Uint8Array(16384).fill(7);
    const blocks = 200;
    for (let sent = 0; sent < blocks; sent++) {
      // Two blocks ahead of the echo: both directions' buffers are full all the time.
      while (sent * block.length - heard > 2 * block.length) await new Promise((resolve) => setTimeout(resolve, 1));
      await new Promise<void>((resolve, reject) => port.write(block, (error) => (error ? reject(error) : resolve())));
    }
    while (heard < blocks * block.length) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(heard).to.equal(blocks * block.length);
    port.destroy();
    child.kill();
  });

  it("ends when the other end is gone", async function () {
    const { path, child } = await startEcho(this);
    const port = await line(path);
    port.on("error", () => undefined).resume();
    const closed = new Promise((resolve) => port.once("close", resolve));
    child.kill("SIGKILL");
    await closed;
  });
});

describe("opening a line", () => {
  const folder = mkdtempSync(join(tmpdir(), "nas4cim-line-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("says that there is no port, and how to see what there is", async () => {
    const error = await expectNasRejection("NAS_BOARD_NOT_FOUND", line(join(folder, "nothing")));
    expect(error.hint).to.include("nas4cim boards");
    await expectNasRejection("NAS_BOARD_NOT_FOUND", line("usb:no-such-serial-number"));
  });

  it("names the group where permission is denied", async function () {
    if (process.getuid?.() === 0) return this.skip();
    const path = join(folder, "locked");
    writeFileSync(path, "");
    chmodSync(path, 0);
    expect((await expectNasRejection("NAS_BOARD_PERMISSION", line(path))).hint).to.include("dialout");
  });

  it("refuses what is no serial port", async () => {
    const path = join(folder, "file");
    writeFileSync(path, "");
    await expectNasRejection("NAS_BOARD_PORT", line(path));
  });

  it("says that another program has the port", async function () {
    let pty: PtyLine;
    try {
      pty = await PtyLine.open();
    } catch (error) {
      console.log(`      pending: ${messageOf(error)}`);
      return this.skip();
    }
    const first = await line(pty.path);
    first.on("error", () => undefined);
    try {
      // An administrator may open a port that is locked: the lock of the bench holds him off all the same.
      if (process.getuid?.() !== 0) await expectNasRejection("NAS_BOARD_IN_USE", line(pty.path));
    } finally {
      first.destroy();
      await new Promise((resolve) => pty.once("close", resolve).destroy());
    }
  });

  it("names one device whichever way it is said, so that it is locked once", async () => {
    const path = join(folder, "tty");
    writeFileSync(path, "");
    symlinkSync(path, join(folder, "by-id"));
    expect(await deviceOf(join(folder, "by-id"))).to.equal(await deviceOf(path));
    expect(await deviceOf("tcp://host:7")).to.equal("tcp://host:7");
    expect(await deviceOf("capture:x")).to.equal(undefined);
    await expectNasRejection("NAS_BOARD_NOT_FOUND", deviceOf("usb:no-such-serial-number"));
  });

  it("opens TCP, and says where nobody answers or the address is none", async () => {
    const server = createServer((socket) => socket.end("hello")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const socket = await line(`tcp://127.0.0.1:${port}`);
    expect(String((await once(socket, "data"))[0])).to.equal("hello");
    socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await expectNasRejection("NAS_BOARD_NOT_FOUND", line(`tcp://127.0.0.1:${port}`));
    await expectNasRejection("NAS_BOARD_PORT", line("tcp://nowhere"));
  });
});
