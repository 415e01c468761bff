import { closeSync, constants, openSync, write } from "node:fs";
import { Duplex } from "node:stream";
import { ReadStream } from "node:tty";
import { messageOf, NasError } from "../base/errors.js";

/** What is needed of the C library: three functions of POSIX's pseudo terminals, three of terminal settings. */
interface Libc {
  grantpt: (fd: number) => number;
  unlockpt: (fd: number) => number;
  ptsname: (fd: number) => string | null;
  tcgetattr: (fd: number, settings: Uint8Array) => number;
  tcsetattr: (fd: number, when: number, settings: Uint8Array) => number;
  cfmakeraw: (settings: Uint8Array) => void;
  tcflush: (fd: number, queue: number) => number;
}

/** `struct termios` has 60 bytes on Linux, 72 on macOS. */
const termiosBytes = 256;
/** TCIFLUSH. */
const inputQueue = process.platform === "darwin" ? 1 : 0;

async function loadLibc(): Promise<Libc> {
  const { default: koffi } = await import("koffi");
  const libc = koffi.load(null);
  return {
    grantpt: libc.func("int grantpt(int)"),
    unlockpt: libc.func("int unlockpt(int)"),
    ptsname: libc.func("const char *ptsname(int)"),
    tcgetattr: libc.func("int tcgetattr(int, _Out_ uint8_t *)"),
    tcsetattr: libc.func("int tcsetattr(int, int, const uint8_t *)"),
    cfmakeraw: libc.func("void cfmakeraw(_Inout_ uint8_t *)"),
    tcflush: libc.func("int tcflush(int, int)"),
  };
}

/**
 * The board's end of a pseudo terminal. Reading waits in epoll, writing in a thread of libuv's pool: a host that does not read
 * costs nothing but that thread. The other end is raw before its name is known to anybody, and is held open here, so that a
 * host may come and go.
 */
export class PtyLine extends Duplex {
  /** What a host opens, such as /dev/pts/3. */
  readonly path: string;
  readonly #libc: Libc;
  readonly #master: number;
  readonly #slave: number;
  readonly #reader: ReadStream;
  #writeEnded?: Promise<void>;

  private constructor(libc: Libc, master: number, path: string, slave: number) {
    super({ allowHalfOpen: false });
    this.#libc = libc;
    this.#master = master;
    this.#slave = slave;
    this.path = path;
    this.#reader = new ReadStream(master);
    this.#reader.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) this.#reader.pause();
    });
    this.#reader.on("error", (error) => this.destroy(error));
  }

  /** @throws NAS_BOARD_PTY where this system has no pseudo terminals, or koffi is not installed */
  static async open(): Promise<PtyLine> {
    let master: number | undefined;
    try {
      const libc = await loadLibc();
      const flags = constants.O_RDWR | constants.O_NOCTTY;
      master = openSync("/dev/ptmx", flags);
      if (libc.grantpt(master) !== 0 || libc.unlockpt(master) !== 0) throw noPty("the terminal cannot be unlocked");
      const path = libc.ptsname(master);
      if (path === null) throw noPty("the terminal has no name");
      const slave = openSync(path, flags);
      const settings = new Uint8Array(termiosBytes);
      libc.tcgetattr(slave, settings);
      libc.cfmakeraw(settings);
      libc.tcsetattr(slave, 0, settings);
      return new PtyLine(libc, master, path, slave);
    } catch (error) {
      if (master !== undefined) closeSync(master);
      throw noPty(messageOf(error), error);
    }
  }

  override _read(): void {
    this.#reader.resume();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#writeEnded = new Promise((resolve) => {
      write(this.#master, chunk, (error) => {
        this.#writeEnded = undefined;
        resolve();
        done(error);
      });
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // A write that waits for a reader ends when there is room: what lies there is thrown away until it does.
    const flush = setInterval(() => this.#libc.tcflush(this.#slave, inputQueue), 5);
    void Promise.resolve(this.#writeEnded).then(() => {
      clearInterval(flush);
      closeSync(this.#slave);
      this.#reader.destroy();
      done(error);
    });
  }
}

function noPty(what: string, cause?: unknown): NasError {
  return new NasError("NAS_BOARD_PTY", `no pseudo terminal can be opened: ${what}`, {
    hint: "serve the board over TCP: nas4cim board emulate --tcp 0",
    cause,
  });
}
