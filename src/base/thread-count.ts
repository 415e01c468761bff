import { availableParallelism } from "node:os";

/** The work of one thread fills a processor; a second one may use what the first leaves. */
const threadsPerProcessor = 2;

/** Most worker threads that a job gets on this machine. */
export function mostThreads(): number {
  return threadsPerProcessor * availableParallelism();
}

/**
 * Worker threads for a job: one a processor where nobody asked for a number, and never more than mostThreads(). A number above
 * that is no error, because one command line serves machines of any size; the log says what became of it.
 */
export function threadCount(asked: number | undefined, log?: (line: string) => void): number {
  if (asked === undefined) return availableParallelism();
  const most = mostThreads();
  if (asked <= most) return asked;
  log?.(`note: ${most} threads instead of ${asked}: on this machine more would only wait for each other`);
  return most;
}
