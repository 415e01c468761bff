import { keyedUniform } from "../../src/base/keyed-random.js";
import { BoardSession, type BoardSettings, type Handler } from "../../src/wire/board-session.js";
import type { BoardEvent, Welcome } from "../../src/wire/constants.js";
import { HostSession, type HostSettings, type LinkOutcome } from "../../src/wire/host-session.js";
import type { NasError } from "../../src/base/errors.js";
import type { Endpoint } from "../../src/wire/endpoint.js";
import { VirtualLine } from "./virtual-line.js";

export const testLimits = { maxPayload: 512, window: 8192, maxMessage: 16384 };

/** Eight bytes that follow from a name. */
export function eightBytes(...key: (string | number)[]): Uint8Array {
  return Uint8Array.from({ length: 8 }, (_, index) => Math.floor(256 * keyedUniform("eight", ...key, index)));
}

/** A host and a board on a line in virtual time. The board may be exchanged for a restarted one. */
export class SessionPair {
  readonly host: HostSession;
  board: BoardSession;
  readonly line: VirtualLine;
  readonly outcomes: LinkOutcome[] = [];
  readonly events: BoardEvent[] = [];
  readonly failures: NasError[] = [];
  welcome?: Welcome;
  stops = 0;
  #handler: Handler;
  #greetings = 0;
  #board: Partial<BoardSettings>;

  constructor(
    handler: Handler,
    options: {
      host?: Partial<HostSettings>;
      board?: Partial<BoardSettings>;
      line?: ConstructorParameters<typeof VirtualLine>[1];
      /** false: whoever tests says release() himself. */
      isReleased?: boolean;
    } = {},
  ) {
    this.#handler = handler;
    this.#board = options.board ?? {};
    this.host = new HostSession(
      { session: eightBytes("session"), own: testLimits, bytesPerSecond: 1e6, ...options.host },
      {
        opened: (welcome, outcome) => {
          this.welcome = welcome;
          this.outcomes.push(outcome);
          if (options.isReleased !== false) this.host.release();
        },
        failed: (error) => this.failures.push(error),
        event: (event) => this.events.push(event),
      },
    );
    this.board = this.#start();
    // The board of the moment: a restart puts another one in its place.
    const current: Pick<Endpoint, "receive" | "nextFrame" | "wakeAtMs"> = {
      receive: (chunk, nowMs) => this.board.receive(chunk, nowMs),
      nextFrame: (nowMs) => this.board.nextFrame(nowMs),
      wakeAtMs: () => this.board.wakeAtMs(),
    };
    this.line = new VirtualLine([this.host, current], options.line);
    this.greet();
  }

  greet(): void {
    this.line?.clear();
    this.host.greet(eightBytes("nonce", this.#greetings++));
  }

  restart(): void {
    this.board = this.#start();
    this.greet();
  }

  #start(): BoardSession {
    const boot = eightBytes("boot", this.#greetings);
    const settings = { boot, own: testLimits, slots: 4, bytesPerSecond: 1e6, ...this.#board };
    return new BoardSession(settings, this.#handler, () => this.stops++);
  }

  /** Runs the line until the promise is settled; gives its value or throws its error. */
  async settle<T>(promise: Promise<T>, mostMs = 10_000): Promise<T> {
    let isDone = false;
    const watched = promise.finally(() => (isDone = true));
    watched.catch(() => undefined);
    if (!(await this.line.run(() => isDone, mostMs))) throw new Error(`not settled within ${mostMs} virtual ms`);
    return watched;
  }
}
