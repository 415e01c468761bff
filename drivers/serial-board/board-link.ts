import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { isNasError, messageOf, NasError, type LinkCondition } from "nas4cim/driver";
import {
  HostSession,
  Pump,
  type BoardEvent,
  type LinkOutcome,
  type OperationName,
  type OwnLimits,
  type Reply,
  type RequestOptions,
  type Welcome,
} from "nas4cim/wire";

export interface BoardLinkSettings {
  /** Opens the line anew each time. */
  openLine: () => Promise<Duplex>;
  /** What the line carries a second. */
  bytesPerSecond: number;
  /** How long a board may take to answer the first greeting. */
  helloMs: number;
  /** How long a lost board is waited for, counted from its last reply. */
  reconnectMs: number;
  /**
   * Brings a board back to where it was before requests go on: asked after every greeting, its requests are urgent. What it throws
   * ends the link.
   */
  restore: (welcome: Welcome, outcome: LinkOutcome) => Promise<void>;
  event?: (event: BoardEvent) => void;
  log?: (line: string) => void;
}

/** What the host takes: a window that keeps 12 Mbaud full, answers of up to 256 KiB. */
const own: OwnLimits = { maxPayload: 4096, window: 65536, maxMessage: 262144 };
/** A write that the port does not take for so long has met a port that is dead. */
const stuckWriteMs = 5000;

/**
 * A board at the end of a line that may be lost: opens the line, greets, and comes back by itself. Requests wait meanwhile, and
 * fail only when the board stays away or cannot be what it was.
 */
export class BoardLink {
  readonly session: HostSession;
  readonly #settings: BoardLinkSettings;
  #line?: Duplex;
  #pump?: Pump;
  /** The greeting and restoring that is under way. */
  #attempt?: Attempt;
  /** What the last greeting found, as long as the board is not back to where it was. */
  #unrestored?: LinkOutcome;
  #isEnded = false;
  #connecting?: Promise<void>;
  #lastReplyMs = performance.now();
  /** Times that the link was lost and came back. */
  reconnects = 0;
  #ended?: NasError;

  constructor(settings: BoardLinkSettings) {
    this.#settings = settings;
    const { bytesPerSecond } = settings;
    this.session = new HostSession(
      { session: randomBytes(8), own, bytesPerSecond },
      {
        opened: (_welcome, outcome) => this.#attempt?.opened(outcome),
        failed: (error) => this.#failed(error),
        event: (event) => settings.event?.(event),
      },
    );
  }

  /** Opens the line and greets the board for the first time. @throws NAS_BOARD_SILENT, what opening the line throws, what restore throws */
  async connect(): Promise<void> {
    try {
      await this.#greet(this.#settings.helloMs);
    } catch (error) {
      await this.#letGo();
      throw error;
    }
  }

  /** @throws NAS_BOARD_LINK where the board is lost for good, and what HostSession.request throws */
  async request(operation: OperationName, body?: Uint8Array, options?: RequestOptions): Promise<Reply> {
    if (this.#ended) throw this.#ended;
    // What restores a board ends with the attempt that it belongs to.
    const signal = options?.isUrgent ? this.#attempt?.abort.signal : options?.signal;
    const reply = await this.session.request(operation, body, { ...options, signal });
    this.#lastReplyMs = performance.now();
    return reply;
  }

  condition(): LinkCondition {
    const { counters, decoder, roundTripMs } = this.session;
    return {
      bytesPerSecond: this.#settings.bytesPerSecond,
      bytesSent: counters.payloadBytesSent,
      bytesReceived: counters.payloadBytesReceived,
      framesSent: counters.framesSent,
      framesReceived: counters.framesReceived,
      framesResent: counters.resentAfterNak + counters.resentAfterTimeout,
      framesDamaged: decoder.counters.damaged,
      reconnects: this.reconnects,
      ...(roundTripMs === undefined ? {} : { roundTripMs }),
    };
  }

  /** Emergency stop; resolves when the board has obeyed. */
  stop(): Promise<void> {
    return this.session.stop();
  }

  /** Ends the link; whatever waits fails. */
  async close(): Promise<void> {
    this.#isEnded = true;
    this.#ended ??= new NasError("NAS_MACRO_CONTRACT", "the board is closed", { hint: "open it again" });
    this.session.end(this.#ended);
    await this.#letGo();
  }

  async #greet(mostMs: number): Promise<void> {
    this.#line = await this.#settings.openLine();
    const line = this.#line;
    const lost = (error?: Error) => this.#lineLost(line, error);
    line.on("error", lost).on("close", () => lost());
    const before = this.#heardBytes();
    const attempt = newAttempt();
    this.#attempt = attempt;
    const timer = setTimeout(() => attempt.failed(this.#silent(this.#heardBytes() - before, mostMs)), mostMs);
    try {
      this.#pump = new Pump(this.session, line, {
        bytesPerSecond: this.#settings.bytesPerSecond,
        stuckMs: stuckWriteMs,
        onStuck: () => line.destroy(),
      });
      this.session.greet(randomBytes(8));
      const outcome = await Promise.race([attempt.outcome, attempt.failure]);
      clearTimeout(timer);
      // A line that is lost while a restarted board is restored leaves it half restored, though its session is resumed.
      if (outcome !== "resumed") this.#unrestored = outcome;
      await Promise.race([
        this.#settings.restore(this.session.welcome!, this.#unrestored ?? "resumed"),
        attempt.failure,
      ]);
      this.#unrestored = undefined;
    } finally {
      clearTimeout(timer);
      this.#attempt = undefined;
      attempt.abort.abort();
    }
    this.session.release();
  }

  #failed(error: NasError): void {
    if (this.#attempt) this.#attempt.failed(error);
    else this.#reconnect(error);
  }

  #lineLost(line: Duplex, error?: Error): void {
    if (line !== this.#line || this.#isEnded) return;
    const what = error ? `: ${messageOf(error)}` : "";
    this.#failed(
      new NasError("NAS_WIRE_LOST", `the line to the board is gone${what}`, {
        hint: "is it plugged in?",
        cause: error,
      }),
    );
  }

  #reconnect(error: NasError): void {
    if (this.#isEnded || this.#connecting) return;
    this.#connecting = this.#comeBack(error).finally(() => (this.#connecting = undefined));
  }

  /** Tries again and again until the board is back, has something that cannot be mended, or stays away too long. */
  async #comeBack(first: NasError): Promise<void> {
    let reason = first;
    const { reconnectMs, log } = this.#settings;
    log?.(`the board is lost (${first.message}); waiting up to ${reconnectMs / 1000} s for it`);
    const sinceMs = performance.now();
    for (let attempt = 0; !this.#isEnded; attempt++) {
      await this.#letGo();
      if (performance.now() - Math.max(sinceMs, this.#lastReplyMs) > reconnectMs) break;
      await sleep(Math.min(1000, 25 * 2 ** attempt));
      if (this.#isEnded) return;
      try {
        await this.#greet(Math.min(2000, this.#settings.helloMs));
        this.reconnects++;
        log?.("the board is back");
        return;
      } catch (error) {
        if (!isNasError(error)) throw error;
        if (!isPassing(error)) {
          this.#end(error);
          return;
        }
        reason = error;
      }
    }
    if (!this.#isEnded) this.#end(this.#lostForGood(reason));
  }

  #end(error: NasError): void {
    this.#ended = error;
    this.session.end(error);
    void this.#letGo();
  }

  async #letGo(): Promise<void> {
    this.#pump?.close();
    this.#pump = undefined;
    const line = this.#line;
    this.#line = undefined;
    if (!line || line.closed) return;
    // A line that was cut may complain once more; nobody waits for it.
    line.on("error", () => undefined);
    const closed = new Promise<void>((resolve) => line.once("close", () => resolve()));
    line.destroy();
    await Promise.race([closed, sleep(1000, undefined, { ref: false })]);
  }

  /** Anything that came, whether or not it made sense. */
  #heardBytes(): number {
    const { frames, discardedBytes } = this.session.decoder.counters;
    return frames + discardedBytes;
  }

  #silent(heard: number, mostMs: number): NasError {
    const { counters } = this.session.decoder;
    return new NasError(
      "NAS_BOARD_SILENT",
      heard > 0
        ? `something answers, but says nothing that this protocol knows (${counters.discardedBytes} bytes in ${mostMs} ms)`
        : `nothing answered within ${mostMs} ms`,
      {
        hint:
          heard > 0
            ? "wrong baud rate, or a device that is no board of nas4cim"
            : "is it a board of nas4cim, powered, and at this baud rate?",
        context: { heard, ...counters },
      },
    );
  }

  #lostForGood(reason: NasError): NasError {
    const { counters } = this.session.decoder;
    const isStorm = counters.damaged > counters.frames / 4;
    return new NasError(
      "NAS_BOARD_LINK",
      `the board did not come back within ${this.#settings.reconnectMs / 1000} s: ${reason.message}` +
        (isStorm ? `; ${counters.damaged} of ${counters.damaged + counters.frames} frames came damaged` : ""),
      {
        hint: isStorm
          ? "a bad cable, a wrong baud rate or a clock that is off: look at the line"
          : "plug it in and go on with nas4cim run --resume",
        context: { ...counters, reconnects: this.reconnects },
        cause: reason,
      },
    );
  }
}

/** One greeting: it opens or fails, and may fail after it opened. */
interface Attempt {
  opened: (outcome: LinkOutcome) => void;
  failed: (error: NasError) => void;
  outcome: Promise<LinkOutcome>;
  failure: Promise<never>;
  abort: AbortController;
}

function newAttempt(): Attempt {
  const attempt = { abort: new AbortController() } as Attempt;
  attempt.outcome = new Promise((resolve) => (attempt.opened = resolve));
  attempt.failure = new Promise<never>((_, reject) => (attempt.failed = reject));
  // It may fail when nobody waits any more.
  attempt.failure.catch(() => undefined);
  return attempt;
}

/** Whether trying again may help. */
function isPassing({ code }: NasError): boolean {
  return passing.includes(code);
}

const passing: readonly string[] = [
  "NAS_WIRE_LOST",
  "NAS_BOARD_SILENT",
  "NAS_BOARD_NOT_FOUND",
  "NAS_BOARD_PORT",
  "NAS_BOARD_IN_USE",
  "NAS_INTERRUPTED",
];
