import { NasError, readDriverOptions } from "nas4cim/driver";

/** Those that cannot change a code. The limits of a write can, and so can another board. */
export const optionRoles = {
  port: "neutral",
  baudRate: "neutral",
  dtr: "neutral",
  rts: "neutral",
  maxPulsesPerRegion: "neutral",
  ledgerFolder: "neutral",
  helloMs: "neutral",
  reconnectMs: "neutral",
  timeoutFactor: "neutral",
  capture: "neutral",
  replayTiming: "neutral",
} as const;

/** The driver's options after their checks. */
export type BoardOptions = ReturnType<typeof readOptions>;

/** @throws NAS_MACRO_DRIVER_OPTIONS */
export function readOptions(name: string, options: Readonly<Record<string, unknown>>) {
  const read = readDriverOptions("serial-board", options, {
    port: { kind: "string" },
    baudRate: { kind: "integer", default: 3_000_000, min: 300, max: 50_000_000 },
    dtr: { kind: "boolean" },
    rts: { kind: "boolean" },
    serial: { kind: "string" },
    maxVoltageMv: { kind: "integer", default: 3300, min: 0, max: 65_535 },
    maxPulseNs: { kind: "integer", default: 100_000, min: 0, max: 4_294_967_295 },
    maxPulsesPerCell: { kind: "integer", default: 100, min: 1, max: 65_535 },
    maxPulsesPerRegion: { kind: "integer", min: 1 },
    ledgerFolder: { kind: "string" },
    helloMs: { kind: "integer", default: 3000, min: 100, max: 600_000 },
    reconnectMs: { kind: "integer", default: 30_000, min: 0, max: 3_600_000 },
    timeoutFactor: { kind: "number", default: 1, min: 0.1, max: 1000 },
    capture: { kind: "string" },
    replayTiming: { kind: "boolean", default: false },
  } as const);
  if (read.port === undefined)
    throw new NasError("NAS_MACRO_DRIVER_OPTIONS", `driver "serial-board": macro "${name}" names no port`, {
      hint: 'give it "options": { "port": "/dev/ttyACM0" }, "usb:<serial number>" or "tcp://host:port"; nas4cim boards lists them',
      context: { macro: name },
    });
  return { ...read, port: read.port };
}
