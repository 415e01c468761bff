import { explainFailure } from "./fail.js";

/** Writes results to stdout; everything else a command says goes to stderr. */
export function printResult(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

/** Writes a result as one JSON document. */
export function printJson(value: unknown): void {
  printResult(JSON.stringify(value, undefined, 2));
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
