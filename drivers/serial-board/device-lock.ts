import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NasError } from "nas4cim/driver";

interface Holder {
  pid: number;
  name: string;
  since: string;
}

/**
 * One process at a time talks to a board. The lock is a file of this machine named after the device; one whose process is
 * gone counts no more.
 */
export class DeviceLock implements Disposable {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * @param device what stands for the device: a port's path or a board's serial number
   * @param name the job, for whoever comes second
   * @throws NAS_BOARD_IN_USE
   */
  static take(device: string, name: string, folder = join(tmpdir(), "nas4cim-boards")): DeviceLock {
    mkdirSync(folder, { recursive: true, mode: 0o777 });
    const path = join(folder, `${createHash("sha256").update(real(device)).digest("hex").slice(0, 32)}.lock`);
    const holder: Holder = { pid: process.pid, name, since: new Date().toISOString() };
    for (let attempt = 0; ; attempt++) {
      try {
        writeFileSync(path, JSON.stringify(holder), { flag: "wx" });
        return new DeviceLock(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        const other = readHolder(path);
        if (other && isAlive(other.pid)) throw inUse(device, other);
        if (attempt > 2) throw inUse(device, other);
        rmSync(path, { force: true });
      }
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#path, { force: true });
  }
}

/** A link such as /dev/serial/by-id/… stands for the device that it leads to. */
function real(device: string): string {
  try {
    return realpathSync(device);
  } catch {
    return device;
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(path, "utf8")) as Partial<Holder>;
    return typeof holder.pid === "number" && Number.isSafeInteger(holder.pid) && holder.pid > 0
      ? { pid: holder.pid, name: String(holder.name), since: String(holder.since) }
      : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // There is such a process, of another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function inUse(device: string, holder: Holder | undefined): NasError {
  const who = holder ? `process ${holder.pid} ("${holder.name}", since ${holder.since})` : "another process";
  return new NasError("NAS_BOARD_IN_USE", `${device} is held by ${who}`, {
    hint: "wait until it has ended, or end it",
    context: { device, ...holder },
  });
}
