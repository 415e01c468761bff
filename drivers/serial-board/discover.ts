import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { messageOf, type FoundDevice } from "nas4cim/driver";
import { emulatedPort, HostSession, Pump, readCapabilities, type Capabilities } from "nas4cim/wire";
import { listPorts } from "./binding.js";
import { openLine } from "./open-line.js";

/** What a probe says at: the driver's own rate if nothing else is known. */
const probeBaudRate = 3_000_000;
const probeMs = 1000;
const own = { maxPayload: 1024, window: 8192, maxMessage: 16384 };

/** The ports of this machine; where they are to be probed, what answers on them. */
export async function discover({ probe }: { probe: boolean }): Promise<FoundDevice[]> {
  const ports = (await listPorts()).map(({ path, manufacturer, serialNumber, vendorId, productId }) => ({
    port: path,
    description:
      [manufacturer, vendorId && `${vendorId}:${productId}`].filter((part) => part).join(" ") || "serial port",
    ...(serialNumber === undefined ? {} : { serialNumber }),
  }));
  const place = emulatedPort();
  if (!("link" in place) || existsSync(place.link))
    ports.push({ port: "emulated", description: "nas4cim board emulate" });
  if (!probe) return ports;
  return Promise.all(ports.map(async (found) => ({ ...found, board: await ask(found.port) })));
}

async function ask(port: string): Promise<string> {
  try {
    const { model, serial, chip, firmware } = await greet(port);
    return `${model} ${serial}, chip ${chip}, firmware ${firmware}`;
  } catch (error) {
    return `no board: ${messageOf(error)}`;
  }
}

async function greet(port: string): Promise<Capabilities> {
  const line = await openLine({ port, baudRate: probeBaudRate });
  line.on("error", () => undefined);
  try {
    return await new Promise<Capabilities>((resolve, reject) => {
      const session = new HostSession(
        { session: randomBytes(8), own, bytesPerSecond: probeBaudRate / 10 },
        {
          opened: () =>
            void session
              .request("capabilities", undefined, { isUrgent: true })
              .then(({ body }) => resolve(readCapabilities(body)), reject),
          failed: reject,
        },
      );
      new Pump(session, line);
      session.greet(randomBytes(8));
      setTimeout(() => reject(new DOMException("nothing answered", "TimeoutError")), probeMs);
    });
  } finally {
    line.destroy();
  }
}
