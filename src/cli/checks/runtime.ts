import { isNasError, messageOf } from "../../base/errors.js";
import { availableParallelism } from "node:os";
import { WasmKernel } from "../../kernels/wasm-kernel.js";
import { Database } from "../../store/sqlite.js";
import { type Check, missing, present } from "./check.js";

/** Node itself; an older one than nas4cim needs does not get this far. */
export function checkNode(): Check {
  const subject = { id: "node", title: "Node.js", needed: true };
  return present(subject, `${process.versions.node} on ${process.platform} ${process.arch} (${process.execPath})`);
}

/** How many cores a run can use. */
export function checkCores(): Check {
  return present({ id: "cores", title: "CPU cores", needed: false }, String(availableParallelism()));
}

/** The compute kernel, by loading it: it must be built, and the processor must offer WebAssembly SIMD. */
export function checkKernel(): Check {
  const subject = { id: "kernel", title: "compute kernel (WebAssembly SIMD)", needed: true };
  try {
    new WasmKernel();
    return present(subject, "loads");
  } catch (error) {
    return missing(subject, messageOf(error), "every simulation", hintOf(error, "run `npm run build`"));
  }
}

/** SQLite, by asking it for its version. */
export function checkSqlite(): Check {
  const subject = { id: "sqlite", title: "SQLite", needed: true };
  try {
    using database = new Database(":memory:");
    return present(subject, String(database.get("SELECT sqlite_version() AS version")?.version));
  } catch (error) {
    const cure = hintOf(error, "use Node 22.13 or newer, which has SQLite built in");
    return missing(subject, messageOf(error), "keeping runs, and so every run", cure);
  }
}

function hintOf(error: unknown, otherwise: string): string {
  return isNasError(error) ? error.hint : otherwise;
}
