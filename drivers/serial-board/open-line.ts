import { realpathSync } from "node:fs";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { isNasError, messageOf, NasError } from "nas4cim/driver";
import { emulatedPort } from "nas4cim/wire";
import { listPorts, openPort } from "./binding.js";
import { openReplay } from "./replay-line.js";

/** Where a board is: "emulated" (`nas4cim board emulate`), a port's path, `usb:<serial number>`, `tcp://host:port` as ser2net and labgrid
 * offer ports, or `capture:<file>`, a captured line that answers as the board did. */
export interface LineAddress {
  port: string;
  baudRate: number;
  dtr?: boolean;
  rts?: boolean;
  /** Whether a capture's answers take the time that they took. */
  replayTiming?: boolean;
}

/**
 * Opens the line to a board. A USB serial number finds the port anew each time: a board that was unplugged may come back under
 * another path.
 * @throws NAS_BOARD_NOT_FOUND, NAS_BOARD_PERMISSION, NAS_BOARD_IN_USE, NAS_BOARD_PORT, NAS_BOARD_SERIALPORT
 */
export async function openLine(address: LineAddress): Promise<Duplex> {
  if (address.port === "emulated") return openEmulated(address);
  if (address.port.startsWith("capture:"))
    return openReplay(address.port.slice("capture:".length), address.replayTiming ?? false);
  const tcp = /^tcp:\/\/([^/:]+|\[[^\]]+\]):(\d+)$/.exec(address.port);
  if (tcp) return openSocket(tcp[1].replace(/^\[|\]$/g, ""), Number(tcp[2]));
  if (address.port.startsWith("tcp:"))
    throw new NasError("NAS_BOARD_PORT", `"${address.port}" is no address`, {
      hint: "give tcp://host:port",
      context: { port: address.port },
    });
  return openPort({ ...address, path: await pathOf(address.port) });
}

/**
 * What names the device behind a port, whichever way it is said: links such as /dev/serial/by-id/… lead to one path. A capture
 * is no device.
 */
export async function deviceOf(port: string): Promise<string | undefined> {
  if (port.startsWith("capture:")) return undefined;
  if (port.startsWith("tcp:")) return port;
  const place = emulatedPort();
  const path = port === "emulated" ? ("link" in place ? place.link : "emulated") : await pathOf(port);
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

async function openEmulated(address: LineAddress): Promise<Duplex> {
  const place = emulatedPort();
  try {
    if ("tcp" in place) return await openSocket(place.tcp.host, place.tcp.port);
    return await openPort({ ...address, path: place.link });
  } catch (error) {
    if (!isNasError(error, "NAS_BOARD_NOT_FOUND")) throw error;
    throw new NasError("NAS_BOARD_NOT_FOUND", "no virtual board is running", {
      hint: "start one beside this: nas4cim board emulate",
      context: { ...place },
      cause: error,
    });
  }
}

async function pathOf(port: string): Promise<string> {
  if (!port.startsWith("usb:")) return port;
  const wanted = port.slice("usb:".length);
  const ports = await listPorts();
  const found = ports.find(({ serialNumber }) => serialNumber === wanted);
  if (found) return found.path;
  const known = ports.flatMap(({ serialNumber }) => serialNumber ?? []);
  throw new NasError("NAS_BOARD_NOT_FOUND", `no USB device has the serial number ${wanted}`, {
    hint: known.length > 0 ? `there are ${known.join(", ")}` : "is the board plugged in?",
    context: { port, known },
  });
}

function openSocket(host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setNoDelay(true);
    const failed = (error: Error) =>
      reject(
        new NasError("NAS_BOARD_NOT_FOUND", `nobody answers on tcp://${host}:${port}: ${messageOf(error)}`, {
          hint: "is the server that offers the port running?",
          context: { host, port },
          cause: error,
        }),
      );
    socket.once("error", failed);
    socket.once("connect", () => {
      socket.off("error", failed);
      resolve(socket);
    });
  });
}
