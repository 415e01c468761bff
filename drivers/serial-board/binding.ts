import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import type { Duplex } from "node:stream";
import { messageOf, NasError } from "nas4cim/driver";
import type { SerialPort as SerialPortClass } from "serialport";
import { PortLine, type BindingPort } from "./port-line.js";

/** The only file that knows the library serialport: opening a port, listing ports, and the cure of its hang. */

export interface PortSettings {
  path: string;
  baudRate: number;
  /** State of the lines after opening; left out: as the system leaves them. Some boards restart or enter a bootloader by them. */
  dtr?: boolean;
  rts?: boolean;
}

export interface FoundPort {
  path: string;
  manufacturer?: string;
  serialNumber?: string;
  vendorId?: string;
  productId?: string;
}

/** The library's types know a binding for each system, of which one is there. */
interface Binding {
  open(options: { path: string; baudRate: number; hupcl: boolean; lock: boolean }): Promise<BindingPort>;
}

async function load(): Promise<typeof SerialPortClass> {
  try {
    return (await import("serialport")).SerialPort;
  } catch (error) {
    throw new NasError("NAS_BOARD_SERIALPORT", `the library serialport cannot be loaded: ${messageOf(error)}`, {
      hint: "npm install serialport; a board on tcp://host:port needs none",
      cause: error,
    });
  }
}

/** Ports of this machine; none where the system's tool for it is missing. @throws NAS_BOARD_SERIALPORT */
export async function listPorts(): Promise<FoundPort[]> {
  const SerialPort = await load();
  try {
    return (await SerialPort.list()).map(({ path, manufacturer, serialNumber, vendorId, productId }) => ({
      path,
      manufacturer,
      serialNumber,
      vendorId,
      productId,
    }));
  } catch {
    // Without udevadm there is no list; a port that is named can be opened all the same.
    return [];
  }
}

/**
 * Opens a port as a pair of streams.
 * @throws NAS_BOARD_SERIALPORT, NAS_BOARD_NOT_FOUND, NAS_BOARD_PERMISSION, NAS_BOARD_IN_USE, NAS_BOARD_PORT
 */
export async function openPort({ path, baudRate, dtr, rts }: PortSettings): Promise<Duplex> {
  const { binding } = await load();
  try {
    // hupcl false: closing must not drop DTR, which restarts many boards. lock: nobody else on this machine opens it meanwhile.
    const port = await (binding as Binding).open({ path, baudRate, hupcl: false, lock: true });
    pollForAllEvents(port);
    if (dtr !== undefined || rts !== undefined) await port.set({ dtr, rts });
    return new PortLine(port);
  } catch (error) {
    throw openFailure(path, error);
  }
}

function openFailure(path: string, error: unknown): NasError {
  const text = messageOf(error);
  const context = { path };
  if (/no such file|ENOENT|file not found|ENXIO|ENODEV/i.test(text))
    return new NasError("NAS_BOARD_NOT_FOUND", `there is no port ${path}`, {
      hint: "is the board plugged in? nas4cim boards lists what is there",
      context,
      cause: error,
    });
  if (/permission denied|EACCES|EPERM/i.test(text))
    return new NasError("NAS_BOARD_PERMISSION", `you may not open ${path}`, {
      hint: "join the group that owns it, usually dialout or uucp: sudo usermod -aG dialout $USER, then log in anew",
      context,
      cause: error,
    });
  if (/lock|busy|EBUSY|EAGAIN|temporarily unavailable|access denied/i.test(text))
    return new NasError("NAS_BOARD_IN_USE", `another program has ${path} open`, {
      hint: `find it with: fuser ${path}`,
      context,
      cause: error,
    });
  return new NasError("NAS_BOARD_PORT", `${path} cannot be opened: ${text}`, {
    hint: "is it a serial port, and does it take this baud rate?",
    context,
    cause: error,
  });
}

/** uv_poll's events. */
const readable = 1;
const writable = 2;
const disconnect = 4;

interface Poller extends EventEmitter {
  poll(events: number): void;
}

/**
 * Version 13.0 polls for the newest event alone: waiting for "readable" cancels a pending "writable", and a write that met a full
 * buffer then waits until one more byte comes in (docs/serialport-hang.md). Here it polls for all that has listeners.
 */
export function pollForAllEvents(port: object): void {
  const { poller } = port as { poller?: Poller };
  // Windows has no poller, and other versions may have mended theirs.
  if (!poller || typeof poller.poll !== "function" || !/^13\.0\./.test(bindingVersion())) return;
  poller.once = (event: string, listener: (...values: unknown[]) => void) => {
    EventEmitter.prototype.once.call(poller, event, listener);
    const wanted = (name: string, bit: number) => (poller.listenerCount(name) > 0 ? bit : 0);
    poller.poll(wanted("readable", readable) | wanted("writable", writable) | wanted("disconnect", disconnect));
    return poller;
  };
}

function bindingVersion(): string {
  const fromSerialport = createRequire(createRequire(import.meta.url).resolve("serialport"));
  return (fromSerialport("@serialport/bindings-cpp/package.json") as { version: string }).version;
}
