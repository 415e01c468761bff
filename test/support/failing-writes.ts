import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** Runs `job` on a disk that is full: every fs.writeSync of this process throws ENOSPC meanwhile. */
export function withFailingWrites<T>(job: () => T): T {
  const undo = breakWrites();
  try {
    return job();
  } finally {
    undo();
  }
}

/** The same for a job that takes its time. */
export async function withFailingWritesAsync<T>(job: () => Promise<T>): Promise<T> {
  const undo = breakWrites();
  try {
    return await job();
  } finally {
    undo();
  }
}

function breakWrites(): () => void {
  const { writeSync } = fs;
  const set = (replacement: typeof fs.writeSync) => {
    fs.writeSync = replacement;
    syncBuiltinESMExports();
  };
  set(() => {
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  });
  return () => set(writeSync);
}
