import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import type { Macro } from "../macro/macro.js";
import { BoardSession } from "../wire/board-session.js";
import { wireLimits } from "../wire/constants.js";
import { Pump } from "../wire/pump.js";
import type { OwnLimits } from "../wire/receive-window.js";
import { plainFacts, type BoardFacts } from "./board-facts.js";
import { MacroBoard, type BoardFaults } from "./macro-board.js";

export interface VirtualBoardSettings {
  facts?: Partial<BoardFacts>;
  faults?: BoardFaults;
  limits?: OwnLimits;
  slots?: number;
  /** Of the line, for the first timeouts. */
  bytesPerSecond?: number;
  /** Versions of the protocol that it claims to speak. */
  versions?: readonly [number, number];
  /** How long a restart takes, ms. */
  restartMs?: number;
}

/** Four frames of 4 KiB in each direction keep a line of 12 Mbaud full; a message is a batch of some hundred vectors. */
const usualLimits: OwnLimits = { maxPayload: 4096, window: 65536, maxMessage: 65536 };

/** A board that is a program: a macro, the protocol, and a plug that a line can be put into. */
export class VirtualBoard {
  readonly #board: MacroBoard;
  readonly #settings: VirtualBoardSettings;
  #session: BoardSession;
  #line?: Duplex;
  #pump?: Pump;
  #restarting?: Promise<void>;

  private constructor(board: MacroBoard, settings: VirtualBoardSettings) {
    this.#board = board;
    this.#settings = settings;
    this.#session = this.#newSession();
    board.onRestart = () => void this.restart();
  }

  /** @param open opens the macro that the board carries, its noise keyed by a seed */
  static async start(
    open: (seed: number) => Promise<Macro>,
    settings: VirtualBoardSettings = {},
  ): Promise<VirtualBoard> {
    const board = await MacroBoard.start(open, { ...plainFacts, ...settings.facts }, settings.faults);
    return new VirtualBoard(board, settings);
  }

  get serial(): string {
    return this.#settings.facts?.serial ?? plainFacts.serial;
  }

  /** What the board's side of the line has counted since its start. */
  get counters(): BoardSession["counters"] {
    return this.#session.counters;
  }

  /** Puts a line in; one that was in is let go of. */
  plug(line: Duplex): void {
    this.unplug();
    this.#line = line;
    // A line that is cut is the host's business: the board waits for the next one.
    line.on("error", () => undefined);
    if (!this.#restarting)
      this.#pump = new Pump(this.#session, line, { bytesPerSecond: this.#settings.bytesPerSecond });
  }

  /** Lets go of the line, which stays open. */
  unplug(): void {
    this.#pump?.close();
    this.#pump = undefined;
    this.#line = undefined;
  }

  /** What a reset or a brown-out does: silence for a while, then another boot. The cells keep what they hold. */
  restart(): Promise<void> {
    return (this.#restarting ??= this.#restart());
  }

  /** Neither hears nor says anything for a while. */
  stall(ms: number): void {
    this.#line?.pause();
    const line = this.#line;
    setTimeout(() => line?.resume(), ms);
  }

  async close(): Promise<void> {
    this.unplug();
    await this.#board.close();
  }

  async #restart(): Promise<void> {
    this.#pump?.close();
    this.#pump = undefined;
    this.#session.end();
    const deaf = () => undefined;
    const line = this.#line;
    line?.on("data", deaf);
    await this.#board.restart();
    await new Promise((resolve) => setTimeout(resolve, this.#settings.restartMs ?? 20));
    line?.off("data", deaf);
    this.#session = this.#newSession();
    this.#restarting = undefined;
    if (this.#line) this.#pump = new Pump(this.#session, this.#line, { bytesPerSecond: this.#settings.bytesPerSecond });
  }

  #newSession(): BoardSession {
    const { limits = usualLimits, slots = 8, bytesPerSecond = 12e6, versions } = this.#settings;
    const session: BoardSession = new BoardSession(
      {
        boot: randomBytes(8),
        own: { ...limits, maxPayload: Math.max(wireLimits.leastPayload.value, limits.maxPayload) },
        slots,
        bytesPerSecond,
        versions,
      },
      (operation, body) => this.#board.handle(operation, body, session.decoder.counters.damaged),
      () => this.#board.stop(),
    );
    return session;
  }
}
