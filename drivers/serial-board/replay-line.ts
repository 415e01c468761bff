import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { Duplex, duplexPair } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, NasError } from "nas4cim/driver";
import { BoardSession, dissect, exchangesOf, Pump, readCapture, type Answer, type Exchange } from "nas4cim/wire";

/** What the recorded board takes: as much as any. */
const own = { maxPayload: 4096, window: 65536, maxMessage: 1 << 20 };

/**
 * A captured line played as a board: it answers the requests that were captured with the captured answers, and refuses others.
 * @param isTimed each answer takes the time that it took
 * @throws NAS_WIRE_CAPTURE
 */
export function openReplay(path: string, isTimed: boolean): Duplex {
  let file: Uint8Array;
  try {
    file = readFileSync(path);
  } catch (error) {
    throw new NasError("NAS_WIRE_CAPTURE", `the capture ${path} cannot be read: ${messageOf(error)}`, {
      hint: "give the path of a capture, relative to the config",
      context: { path },
      cause: error,
    });
  }
  const answers = new RecordedAnswers(exchangesOf(dissect(readCapture(file).records).events));
  const [near, far] = duplexPair();
  const settings = { boot: randomBytes(8), own, slots: 8, bytesPerSecond: 10e6 };
  const board = new BoardSession(
    settings,
    async (operation, body) => {
      const exchange = answers.to(operation, body);
      // Such a status ends the run: the message of the driver then names the call.
      if (!exchange) return { status: "unsupported" };
      if (isTimed) await sleep(exchange.answeredMs - exchange.askedMs);
      return { status: exchange.status, body: exchange.reply } satisfies Answer;
    },
    () => undefined,
  );
  new Pump(board, far);
  return near;
}

/** Answers by question. The same question may have been asked again: its answers come in their order, the last one again and again. */
class RecordedAnswers {
  readonly #answers = new Map<string, Exchange[]>();

  constructor(exchanges: readonly Exchange[]) {
    for (const exchange of exchanges) {
      const key = keyOf(exchange.operation, exchange.request);
      this.#answers.set(key, [...(this.#answers.get(key) ?? []), exchange]);
    }
  }

  to(operation: string, body: Uint8Array): Exchange | undefined {
    const answers = this.#answers.get(keyOf(operation, body));
    return answers && answers.length > 1 ? answers.shift() : answers?.[0];
  }
}

function keyOf(operation: string, body: Uint8Array): string {
  return createHash("sha256").update(operation).update("\0").update(body).digest("hex");
}
