import { plainJson } from "../base/printable.js";
import { explainFailure } from "./fail.js";
import { wrapLines } from "./text/wrap.js";

/** Writes results to stdout, broken at words on a terminal; everything else a command says goes to stderr. */
export function printResult(text: string): void {
  const { isTTY, columns } = process.stdout;
  write(wrapLines(text, isTTY ? columns : undefined));
}

/** Writes something for a person to stderr, broken at words on a terminal. */
export function printNote(text: string): void {
  const { isTTY, columns } = process.stderr;
  process.stderr.write(wrapLines(text, isTTY ? columns : undefined));
}

/** Writes a result as one JSON document. */
export function printJson(value: unknown): void {
  write(plainJson(JSON.stringify(value, undefined, 2)));
}

function write(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

/**
 * Ends quietly when the reader of stdout has seen enough (`nas4cim runs | head`), as other Unix tools do; with a coded error
 * where stdout cannot be written, as on a full disk.
 */
export function watchStdout(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    const { text, exitCode } = explainFailure(error, process.argv.includes("--verbose"));
    process.stderr.write(text);
    process.exit(exitCode);
  });
}
