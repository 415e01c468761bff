import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duplexPair, type Duplex } from "node:stream";
import { openBoard } from "../../drivers/serial-board/open-board.js";
import type { SerialBoard } from "../../drivers/serial-board/macro.js";
import { readOptions } from "../../drivers/serial-board/options.js";
import simulator from "../../drivers/simulator/index.js";
import { ByteFaults, type FaultRates } from "../../src/board/byte-faults.js";
import { ShapedLine } from "../../src/board/shaped-line.js";
import { VirtualBoard, type VirtualBoardSettings } from "../../src/board/virtual-board.js";
import { GuardedMacro } from "../../src/macro/guarded.js";

export interface MemoryBoardOptions extends VirtualBoardSettings {
  /** Options of the simulator, and its calibration folder. */
  chip?: Record<string, unknown>;
  calibration?: string;
  lineFaults?: FaultRates;
  faultSeed?: number;
  lineBytesPerSecond?: number;
}

/** Opens the simulated macro that a board carries, or that a test compares it with. */
export function openChip(seed: number, options: Pick<MemoryBoardOptions, "chip" | "calibration"> = {}) {
  return simulator.open({
    name: "chip",
    options: options.chip ?? {},
    ...(options.calibration === undefined ? {} : { calibration: options.calibration }),
    resolve: (path) => path,
    context: {},
    simulation: { seed, threads: 1 },
  });
}

let ports = 0;

/** A virtual board that takes no time, in this process: each line that is opened to it is a pair of streams. */
export class MemoryBoard {
  readonly board: VirtualBoard;
  readonly folder = mkdtempSync(join(tmpdir(), "nas4cim-board-"));
  /** Each its own, so that tests do not lock each other out. */
  readonly port = `memory-${process.pid}-${ports++}`;
  readonly logged: string[] = [];
  /** While false, the port is not there. */
  isPlugged = true;
  #line?: Duplex;
  #lines = 0;
  readonly #options: MemoryBoardOptions;

  private constructor(board: VirtualBoard, options: MemoryBoardOptions) {
    this.board = board;
    this.#options = options;
  }

  static async start(options: MemoryBoardOptions = {}): Promise<MemoryBoard> {
    const quick = { planeNs: 0, writeCellNs: 0, readCellNs: 0 };
    const serial = `MB-${process.pid}-${ports}`;
    const board = await VirtualBoard.start(async (seed) => new GuardedMacro(await openChip(seed, options)), {
      restartMs: 5,
      ...options,
      facts: { ...quick, serial, ...options.facts },
    });
    return new MemoryBoard(board, options);
  }

  /** The host's end of a new line. */
  readonly openLine = async (): Promise<Duplex> => {
    if (!this.isPlugged) {
      const { NasError } = await import("../../src/base/errors.js");
      throw new NasError("NAS_BOARD_NOT_FOUND", "there is no port", { hint: "plug it in" });
    }
    const [near, far] = duplexPair();
    const { lineFaults, lineBytesPerSecond, faultSeed = 1 } = this.#options;
    const number = this.#lines++;
    const faults = (direction: string) =>
      lineFaults && new ByteFaults(lineFaults, faultSeed + 1000 * number, direction);
    this.#line = near;
    this.board.plug(
      new ShapedLine(far, { bytesPerSecond: lineBytesPerSecond, down: faults("down"), up: faults("up") }),
    );
    return near;
  };

  /** Cuts the line. */
  cut(): void {
    this.#line?.destroy();
  }

  /** Opens the driver on it. */
  open(options: Record<string, unknown> = {}, seed = 3, openLine = this.openLine): Promise<SerialBoard> {
    const whole = { port: this.port, ledgerFolder: this.folder, helloMs: 5000, reconnectMs: 5000, ...options };
    const request = {
      name: "test",
      options: whole,
      resolve: (path: string) => path,
      context: { log: (line: string) => void this.logged.push(line) },
      simulation: { seed, threads: 1 },
    };
    return openBoard(request, readOptions("test", whole), openLine);
  }

  async close(): Promise<void> {
    await this.board.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
