import { rmSync, symlinkSync } from "node:fs";
import type { Duplex } from "node:stream";
import type { Macro } from "../macro/macro.js";
import { ByteFaults, type FaultRates } from "./byte-faults.js";
import { PtyLine } from "./pty.js";
import { ShapedLine } from "./shaped-line.js";
import { TcpPlug } from "./tcp-line.js";
import { VirtualBoard, type VirtualBoardSettings } from "./virtual-board.js";

export interface EmulationSettings extends VirtualBoardSettings {
  /** Serve TCP on this address instead of a pseudo terminal. */
  tcp?: { host: string; port: number };
  /** A path that is made to lead to the pseudo terminal, so that its name stays the same. */
  link?: string;
  lineFaults?: FaultRates;
  faultSeed?: number;
  /** The line is cut after each of so many ms, and comes back `unplugMs` later. */
  unplugEveryMs?: number;
  unplugMs?: number;
  /** The board falls silent for so many ms, at intervals of ten times as much. */
  stallMs?: number;
}

/** A virtual board that other processes can reach. */
export class Emulation implements AsyncDisposable {
  readonly board: VirtualBoard;
  readonly #settings: EmulationSettings;
  readonly #timers: NodeJS.Timeout[] = [];
  #pty?: PtyLine;
  #tcp?: TcpPlug;
  #lines = 0;

  private constructor(board: VirtualBoard, settings: EmulationSettings) {
    this.board = board;
    this.#settings = settings;
  }

  /** @throws NAS_BOARD_PTY, and what opening the macro throws */
  static async start(open: (seed: number) => Promise<Macro>, settings: EmulationSettings): Promise<Emulation> {
    const emulation = new Emulation(await VirtualBoard.start(open, settings), settings);
    try {
      const { tcp } = settings;
      if (tcp) emulation.#tcp = await TcpPlug.listen(tcp.host, tcp.port, (socket) => emulation.#plug(socket));
      else await emulation.#plugPty();
    } catch (error) {
      await emulation.board.close();
      throw error;
    }
    emulation.#misbehave();
    return emulation;
  }

  /** What a host gives as its port. */
  get address(): string {
    if (this.#tcp) return `tcp://${this.#settings.tcp!.host}:${this.#tcp.port}`;
    return this.#settings.link ?? this.#pty!.path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.board.close();
    this.#unplugPty();
    await this.#tcp?.[Symbol.asyncDispose]();
  }

  async #plugPty(): Promise<void> {
    this.#pty = await PtyLine.open();
    this.#plug(this.#pty);
    const { link } = this.#settings;
    if (link === undefined) return;
    rmSync(link, { force: true });
    symlinkSync(this.#pty.path, link);
  }

  #unplugPty(): void {
    this.#pty?.destroy();
    this.#pty = undefined;
    if (this.#settings.link !== undefined) rmSync(this.#settings.link, { force: true });
  }

  #plug(line: Duplex): void {
    const { bytesPerSecond, lineFaults, faultSeed = 1 } = this.#settings;
    const number = this.#lines++;
    // Each line has faults of its own: what failed once need not fail again in the same place.
    const faults = (direction: string) =>
      lineFaults && new ByteFaults(lineFaults, faultSeed + 1_000_003 * number, direction);
    this.board.plug(new ShapedLine(line, { bytesPerSecond, down: faults("down"), up: faults("up") }));
  }

  #misbehave(): void {
    const { unplugEveryMs, unplugMs = 200, stallMs } = this.#settings;
    if (unplugEveryMs !== undefined) this.#every(unplugEveryMs, () => this.#pullPlug(unplugMs));
    if (stallMs !== undefined) this.#every(10 * stallMs, () => this.board.stall(stallMs));
  }

  #every(ms: number, job: () => void): void {
    this.#timers.push(setInterval(job, ms));
  }

  #pullPlug(ms: number): void {
    this.board.unplug();
    this.#tcp?.cut();
    if (this.#tcp) return;
    this.#unplugPty();
    this.#timers.push(setTimeout(() => void this.#plugPty(), ms));
  }
}
