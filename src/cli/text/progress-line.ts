import { bytes, count, duration, rate } from "../../base/format.js";
import { withoutDisguise } from "../../base/printable.js";
import type { ProgressEvent } from "../../base/progress.js";
import { wrapLines } from "./wrap.js";

/** The part of a terminal or file stream that is needed: process.stderr, or a test's stand-in. */
export interface LineStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** A job that is under way. */
interface Job {
  startedMs: number;
  /** What was done already when it started: a resumed job's rate counts only its own work. */
  startedAt: number;
  reportedMs: number;
}

const redrawMs = 100;
const plainLineMs = 10_000;
/** Shorter jobs leave no line behind. */
const worthALineMs = 1_000;
const barCells = 24;

/**
 * Shows how far jobs are on stderr: on a terminal one line that is drawn anew, elsewhere a plain line now and then. A job
 * that took a second or more leaves one line with its time.
 */
export class ProgressLine {
  readonly #stream: LineStream;
  readonly #now: () => number;
  readonly #jobs = new Map<string, Job>();
  /** What stands in the terminal's last line. */
  #drawn = "";
  #drawnMs = -Infinity;

  /** `now`: a clock in milliseconds. */
  constructor(stream: LineStream, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
  }

  /** Takes one step of progress. */
  show(event: ProgressEvent): void {
    const now = this.#now();
    let job = this.#jobs.get(event.label);
    if (job === undefined) {
      job = { startedMs: now, startedAt: event.done, reportedMs: now };
      this.#jobs.set(event.label, job);
    }
    if (event.done >= event.total) {
      this.#jobs.delete(event.label);
      this.#erase();
      if (now - job.startedMs >= worthALineMs) this.#stream.write(`${finishedText(event, now - job.startedMs)}\n`);
    } else if (this.#stream.isTTY) {
      if (now - this.#drawnMs >= redrawMs) this.#draw(progressText(event, job, now), now);
    } else if (now - job.reportedMs >= plainLineMs) {
      job.reportedMs = now;
      this.#stream.write(`${plainText(event, job, now)}\n`);
    }
  }

  /** Prints one line for a person, above the progress. */
  log(line: string): void {
    const drawn = this.#drawn;
    this.#erase();
    this.#stream.write(`${wrapLines(withoutDisguise(line), this.#stream.isTTY ? this.#stream.columns : undefined)}\n`);
    if (drawn !== "") this.#draw(drawn, this.#now());
  }

  /** Takes the progress away; what comes next starts on a clean line. */
  end(): void {
    this.#erase();
    this.#jobs.clear();
  }

  #draw(text: string, now: number): void {
    const fitting = text.slice(0, (this.#stream.columns ?? 80) - 1);
    this.#stream.write(`\r\u001b[K${fitting}`);
    this.#drawn = fitting;
    this.#drawnMs = now;
  }

  #erase(): void {
    if (this.#drawn !== "") this.#stream.write("\r\u001b[K");
    this.#drawn = "";
    this.#drawnMs = -Infinity;
  }
}

function progressText(event: ProgressEvent, job: Job, now: number): string {
  const share = event.done / event.total;
  const full = Math.floor(share * barCells);
  const bar = "█".repeat(full) + "░".repeat(barCells - full);
  return [event.label, bar, percent(share), countText(event), ...paceTexts(event, job, now)].join("  ");
}

function plainText(event: ProgressEvent, job: Job, now: number): string {
  const pace = paceTexts(event, job, now).map((text) => `, ${text}`);
  return `${event.label}: ${percent(event.done / event.total)}, ${countText(event)}${pace.join("")}`;
}

function finishedText(event: ProgressEvent, elapsedMs: number): string {
  const note = event.note === undefined ? "" : `, ${event.note}`;
  return `${event.label}: ${amount(event.total, event.unit)} in ${duration(elapsedMs / 1000)}${note}`;
}

/** Pace, time left and note, as far as they are known. */
function paceTexts({ done, total, unit, note }: ProgressEvent, job: Job, now: number): string[] {
  const seconds = (now - job.startedMs) / 1000;
  const perSecond = (done - job.startedAt) / seconds;
  const pace =
    perSecond > 0 && seconds > 0
      ? [
          unit === "bytes" ? `${bytes(perSecond)}/s` : `${rate(perSecond)} ${unit}/s`,
          `${duration((total - done) / perSecond)} left`,
        ]
      : [];
  return note === undefined ? pace : [...pace, note];
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

function countText({ done, total, unit }: ProgressEvent): string {
  return unit === "bytes" ? `${bytes(done)} of ${bytes(total)}` : `${count(done)} of ${count(total)} ${unit}`;
}

function amount(value: number, unit: string): string {
  return unit === "bytes" ? bytes(value) : `${count(value)} ${unit}`;
}
