import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { NasError, messageOf } from "../base/errors.js";
import { hashJson } from "../base/hash.js";
import { RunLock } from "../store/run-lock.js";

/** Who holds a device, as its note beside the lock says. */
interface Holder {
  device: string;
  processId: number;
  /** ISO 8601. */
  since: string;
  command: string;
}

/** A note is a few hundred bytes; anybody on this machine may have written what lies there. */
const mostNoteBytes = 4096;

/**
 * Where this machine's locks of devices lie: `NAS4CIM_DEVICES`, else a folder in the system's folder for temporary files, which
 * all users share where the system has one such folder.
 */
export function deviceFolder(): string {
  return process.env.NAS4CIM_DEVICES || join(tmpdir(), "nas4cim-devices");
}

/**
 * Takes a physical device for this process, until it is let go or the process ends, however it ends: the lock is the operating
 * system's (store/run-lock.ts), so that no lock of a dead process is left to stand in the way.
 * @param device what names it on this machine, as the driver's deviceKey gives it
 * @throws NAS_MACRO_DEVICE_HELD, by its holder, where somebody else has it; this process, too, where it has it already
 */
export function holdDevice(device: string): Disposable {
  const path = join(deviceFolder(), hashJson(device).slice(0, 32));
  let lock: RunLock | undefined;
  try {
    shareFile(`${path}.lock`);
    lock = RunLock.take(`${path}.lock`);
  } catch (error) {
    throw new NasError("NAS_MACRO_DEVICE_HELD", `device ${device} cannot be locked: ${messageOf(error)}`, {
      hint: "set NAS4CIM_DEVICES to a folder that all who use the device may write to",
      context: { device, folder: deviceFolder() },
      cause: error,
    });
  }
  if (!lock) throw heldBy(device, readHolder(`${path}.json`));
  const held = lock;
  const holder: Holder = { device, processId: process.pid, since: new Date().toISOString(), command: commandLine() };
  rmSync(`${path}.json`, { force: true });
  writeFileSync(`${path}.json`, JSON.stringify(holder), { flag: "wx" });
  return {
    [Symbol.dispose]: () => {
      rmSync(`${path}.json`, { force: true });
      held[Symbol.dispose]();
    },
  };
}

function heldBy(device: string, holder: Holder | undefined): NasError {
  const who =
    holder === undefined
      ? "another process"
      : `${holder.processId === process.pid ? "this very process" : `process ${holder.processId}`} since ${holder.since} (${holder.command})`;
  return new NasError("NAS_MACRO_DEVICE_HELD", `device ${device} is held by ${who}`, {
    hint: "wait until that has finished, or end it first; two macros of a job cannot be one device",
    context: { device, ...(holder && { processId: holder.processId, since: holder.since, command: holder.command }) },
  });
}

/** The folder and the lock's file, for every user of this machine: a board is one, whoever runs it. */
function shareFile(path: string): void {
  const folder = deviceFolder();
  if (mkdirSync(folder, { recursive: true }) !== undefined) chmodSync(folder, 0o777);
  if (statSync(path, { throwIfNoEntry: false })) return;
  closeSync(openSync(path, "a", 0o666));
  chmodSync(path, 0o666);
}

/** Undefined where there is no note, or none that a holder would write. */
function readHolder(path: string): Holder | undefined {
  try {
    if (statSync(path).size > mostNoteBytes) return undefined;
    const { device, processId, since, command } = JSON.parse(readFileSync(path, "utf8")) as Partial<Holder>;
    if (typeof device !== "string" || typeof since !== "string" || typeof command !== "string") return undefined;
    return Number.isSafeInteger(processId) ? { device, processId: processId!, since, command } : undefined;
  } catch {
    return undefined;
  }
}

/** How this process was called, without the paths of Node and of the script. */
function commandLine(): string {
  const [, script = "", ...words] = process.argv;
  return [basename(script, ".js"), ...words].join(" ").slice(0, 200);
}
