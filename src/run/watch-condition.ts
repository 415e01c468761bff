import type { JobContext } from "../base/progress.js";
import type { Macro, MacroCondition } from "../macro/macro.js";

const everyMs = 2000;

/**
 * Looks at a board now and then while it works, and says beside the progress how it is: how full its line is, how much was sent
 * again, temperature and supply. Macros that tell nothing of themselves are left alone.
 */
export class ConditionWatch implements Disposable {
  readonly context: JobContext;
  readonly #timer?: NodeJS.Timeout;
  #note?: string;
  #last?: { atMs: number; condition: MacroCondition };

  constructor(macro: Macro, context: JobContext) {
    this.context = {
      ...context,
      progress: (event) => context.progress?.(this.#note === undefined ? event : { ...event, note: this.#note }),
    };
    if (!macro.condition || !context.progress) return;
    this.#timer = setInterval(() => void this.#look(macro), everyMs);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #look(macro: Macro): Promise<void> {
    try {
      const condition = await macro.condition!();
      const now = { atMs: performance.now(), condition };
      this.#note = conditionNote(condition, this.#last && { ...this.#last, atMs: now.atMs - this.#last.atMs });
      this.#last = now;
    } catch {
      // Whatever is wrong with the board, the job itself meets it and says so.
    }
  }
}

/**
 * A board's condition in a few words.
 * @param since an earlier one, and the ms that have passed since
 */
export function conditionNote(condition: MacroCondition, since?: { atMs: number; condition: MacroCondition }): string {
  const { link, temperatureCelsius, supplyVolts } = condition;
  const before = since?.condition.link;
  const parts: string[] = [];
  if (link && before && since.atMs > 0) {
    const bytes = Math.max(link.bytesSent - before.bytesSent, link.bytesReceived - before.bytesReceived);
    parts.push(`link ${Math.round((100 * bytes) / (link.bytesPerSecond * (since.atMs / 1000)))} %`);
  }
  if (link && link.framesResent > 0) parts.push(`${link.framesResent} frames sent again`);
  if (link && link.reconnects > 0) parts.push(`${link.reconnects} times reconnected`);
  if (temperatureCelsius !== undefined) parts.push(`${temperatureCelsius.toFixed(1)} °C`);
  if (supplyVolts !== undefined) parts.push(`${supplyVolts.toFixed(2)} V`);
  return parts.join(", ");
}
