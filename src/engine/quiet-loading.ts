import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const stderr = 2;
/** "2026-11-23 10:00:00.123456: I tensorflow/core/…": information and warnings of libtensorflow; its errors stay. */
const chatter = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IW] .*\n?/gm;

/**
 * Does work that loads libtensorflow, whose greetings go to file descriptor 2 before any log level is read: what it writes
 * there is held back, and told without the greetings. Where descriptors cannot be opened again (no /proc), nothing is held back.
 */
export function withoutChatter<T>(work: () => T): T {
  if (!existsSync(`/proc/self/fd/${stderr}`)) return work();
  const folder = mkdtempSync(join(tmpdir(), "nas4cim-stderr-"));
  const path = join(folder, "stderr");
  const restore = redirect(path);
  try {
    return work();
  } finally {
    restore();
    const said = readFileSync(path, "utf8").replace(chatter, "");
    if (said !== "") writeSync(stderr, said);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lets descriptor 2 write into a file. A closed descriptor's number goes to the next one opened: so says POSIX. */
function redirect(path: string): () => void {
  let kept: number;
  try {
    kept = openSync(`/proc/self/fd/${stderr}`, "a");
  } catch {
    // A socket cannot be opened again: leave it alone.
    openAndClose(path);
    return () => undefined;
  }
  reopen(path);
  return () => {
    reopen(`/proc/self/fd/${kept}`);
    closeSync(kept);
  };
}

function reopen(path: string): void {
  closeSync(stderr);
  // POSIX gives the lowest free descriptor, which is the one just closed.
  openSync(path, "a");
}

function openAndClose(path: string): void {
  closeSync(openSync(path, "a"));
}
