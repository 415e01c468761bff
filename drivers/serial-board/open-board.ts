import { homedir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { NasError, type MacroSpec, type OpenRequest } from "nas4cim/driver";
import { readCapabilities, writeBody, type Capabilities, type LinkOutcome } from "nas4cim/wire";
import { checked } from "./board-answer.js";
import { LineCapture } from "./capture-line.js";
import { BoardLink } from "./board-link.js";
import { checkCalibration } from "./check-calibration.js";
import { Contents, isStillThere } from "./contents.js";
import { readTile, SerialBoard } from "./macro.js";
import { openLine, type LineAddress } from "./open-line.js";
import type { BoardOptions } from "./options.js";
import { Timeouts } from "./timeouts.js";
import { WriteLedger } from "./write-ledger.js";

/** A byte on a UART has a start and a stop bit beside its eight. */
const bitsPerByte = 10;
/** Over TCP the baud rate says nothing. */
const tcpBytesPerSecond = 10e6;

/**
 * Opens a board: line, greeting, capabilities, identity, ledger. What it throws leaves nothing open.
 * @param open opens the line; tests give one of their own
 * @throws NAS_BOARD_* and NAS_WIRE_*, as docs/errors.md tells
 */
export async function openBoard(
  request: OpenRequest,
  options: BoardOptions,
  open: (address: LineAddress) => Promise<Duplex> = openLine,
): Promise<SerialBoard> {
  const isTcp = options.port.startsWith("tcp:");
  const bytesPerSecond = isTcp ? tcpBytesPerSecond : options.baudRate / bitsPerByte;
  const contents = new Contents();
  let known: Capabilities | undefined;
  const capture = options.capture === undefined ? undefined : newCapture(request.resolve(options.capture), options);
  const release = () => capture?.close();
  const link: BoardLink = new BoardLink({
    openLine: async () => {
      const line = await open(lineOf(request, options));
      return capture?.watch(line) ?? line;
    },
    bytesPerSecond,
    helloMs: options.helloMs,
    reconnectMs: options.reconnectMs,
    log: request.context.log,
    event: ({ level, text }) => request.context.log?.(`board, ${level}: ${text}`),
    restore: async (_welcome, outcome) => {
      const found = await askCapabilities(link, new Timeouts(bytesPerSecond, options.timeoutFactor));
      checkIdentity(found, known, options);
      known = found;
      const timeouts = new Timeouts(bytesPerSecond, options.timeoutFactor, found);
      if (outcome !== "resumed") await restore(link, timeouts, found, contents, request.simulation.seed, outcome);
    },
  });
  try {
    await link.connect();
    const capabilities = known!;
    if (request.calibration !== undefined) checkCalibration(request.calibration, capabilities);
    checkLimits(capabilities, options);
    const ledger = new WriteLedger(
      options.ledgerFolder === undefined ? homeOfLedgers() : request.resolve(options.ledgerFolder),
      capabilities.serial,
      options.maxPulsesPerRegion,
    );
    const timeouts = new Timeouts(bytesPerSecond, options.timeoutFactor, capabilities);
    const { maxVoltageMv, maxPulseNs, maxPulsesPerCell } = options;
    const limits = { maxVoltageMv, maxPulseNs, maxPulsesPerCell };
    return new SerialBoard({ link, capabilities, contents, ledger, limits, timeouts, release });
  } catch (error) {
    await link.close();
    release();
    throw error;
  }
}

/** One for all benches of this machine: a board has one life, whatever config it is used by. */
function homeOfLedgers(): string {
  return join(process.env.XDG_DATA_HOME || join(homedir(), ".local", "share"), "nas4cim", "boards");
}

function newCapture(path: string, { port, baudRate }: BoardOptions): LineCapture {
  return new LineCapture(path, { startedAt: new Date().toISOString(), port, baudRate });
}

/** A capture's path begins where the config is. */
function lineOf(request: OpenRequest, options: BoardOptions): LineAddress {
  const [, path] = /^capture:(.*)$/.exec(options.port) ?? [];
  return path === undefined ? options : { ...options, port: `capture:${request.resolve(path)}` };
}

async function askCapabilities(link: BoardLink, timeouts: Timeouts): Promise<Capabilities> {
  const reply = await link.request("capabilities", undefined, { isUrgent: true, timeoutMs: timeouts.of(4096) });
  return readCapabilities(checked(reply, "capabilities"));
}

/** The board at the end of the line must be the one that is meant, and after a break the one that was there. */
function checkIdentity(found: Capabilities, known: Capabilities | undefined, options: BoardOptions): void {
  if (options.serial !== undefined && found.serial !== options.serial)
    throw new NasError(
      "NAS_BOARD_OTHER",
      `board ${found.serial} is on ${options.port}, the bench says ${options.serial}`,
      {
        hint: 'plug the right one in, or correct the macro\'s "serial"',
        context: { port: options.port, found: found.serial, wanted: options.serial },
      },
    );
  if (known && JSON.stringify(found) !== JSON.stringify(known))
    throw new NasError(
      "NAS_BOARD_OTHER",
      `another board came back: ${found.serial}, firmware ${found.firmware}; it was ${known.serial}, ${known.firmware}`,
      {
        hint: "a job stays on one board: plug the first one in and go on with nas4cim run --resume",
        context: { found: found.serial, wanted: known.serial },
      },
    );
}

function checkLimits(capabilities: Capabilities, options: BoardOptions): void {
  for (const name of ["maxVoltageMv", "maxPulseNs", "maxPulsesPerCell"] as const)
    if (options[name] > capabilities[name])
      throw new NasError(
        "NAS_BOARD_LIMIT",
        `the bench allows ${name} ${options[name]}, board ${capabilities.serial} at most ${capabilities[name]}`,
        {
          hint: `lower the macro's ${name}`,
          context: { name, bench: options[name], board: capabilities[name] },
        },
      );
}

/**
 * Brings a board that was just opened or has restarted to where the job left it, without a single pulse: noise key, contents
 * (declared, then verified by reading back), ADC steps.
 */
async function restore(
  link: BoardLink,
  timeouts: Timeouts,
  capabilities: Capabilities,
  contents: Contents,
  seed: number,
  outcome: LinkOutcome,
): Promise<void> {
  const ask = async (operation: "noiseKey" | "adopt" | "readback" | "configure", body: Uint8Array, array?: number) =>
    checked(
      await link.request(operation, body, { isUrgent: true, timeoutMs: timeouts.readback(cellsOf(capabilities)) }),
      operation,
      array,
    );
  if (capabilities.keyedNoise) await ask("noiseKey", writeBody("noiseKey", { seed }));
  if (outcome === "first") return;
  for (const [array, held] of contents.arrays) {
    const { rows, columns, tile } = held;
    try {
      await ask("adopt", writeBody("tile", { array, rows, columns, reserved: 0, tile }), array);
      const read = readTile(await ask("readback", writeBody("array", { array }), array));
      if (isStillThere(held, read, !capabilities.isVirtual)) continue;
    } catch (error) {
      throw contentsLost(array, error);
    }
    throw contentsLost(array);
  }
  for (const [array, stepLevels] of contents.steps)
    await ask("configure", writeBody("configure", { array, stepLevels }), array);
}

function contentsLost(array: number, cause?: unknown): NasError {
  return new NasError(
    "NAS_BOARD_CONTENTS",
    `after its restart the board no longer holds in array ${array} what was programmed`,
    {
      hint: "nothing is programmed again unasked: go on with nas4cim run --resume, which programs the round anew",
      context: { array },
      cause,
    },
  );
}

function cellsOf({ arrayRows, arrayColumns }: Pick<MacroSpec, "arrayRows" | "arrayColumns">): number {
  return arrayRows * arrayColumns;
}
