import { randomBytes } from "node:crypto";
import { PtyLine } from "../../src/board/pty.js";
import { ShapedLine } from "../../src/board/shaped-line.js";
import { BoardSession } from "../../src/wire/board-session.js";
import { Pump } from "../../src/wire/pump.js";

/**
 * As a process: a board on a pseudo terminal that answers every request with the request's own bytes, so that the link alone is
 * measured. argv: baud rate, 0 for as fast as it goes. Prints its path; on SIGTERM its CPU seconds.
 */
const baudRate = Number(process.argv[2]);
const line = await PtyLine.open();
const bytesPerSecond = baudRate === 0 ? undefined : baudRate / 10;
const own = { maxPayload: 4096, window: 131072, maxMessage: 65536 };
const board = new BoardSession(
  { boot: randomBytes(8), own, slots: 16, bytesPerSecond: bytesPerSecond ?? 50e6 },
  async (_operation, body) => ({ status: "ok", body }),
  () => undefined,
);
const shaped = bytesPerSecond === undefined ? line : new ShapedLine(line, { bytesPerSecond });
new Pump(board, shaped, { bytesPerSecond: bytesPerSecond ?? 50e6 });
console.log(line.path);
process.on("SIGTERM", () => {
  const { user, system } = process.cpuUsage();
  console.log((user + system) / 1e6);
  process.exit();
});
