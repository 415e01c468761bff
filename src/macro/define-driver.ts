import type { Duplex } from "node:stream";
import type { JobContext } from "../base/progress.js";
import type { Macro } from "./macro.js";

/** What a driver package exports by default: how to open one kind of macro. */
export interface MacroDriver {
  /** The name in bench.config.json. */
  readonly id: string;
  /** Contract version the driver was written for; see MacroSpec.contract. */
  readonly contract: 2;
  /** What its options are to a record of a run; an option that is not named here decides codes by its value. */
  readonly optionRoles?: Readonly<Record<string, OptionRole>>;
  /** Whether it can stand for other chips of the same calibration (`simulation.chip`), as a simulation can. */
  readonly drawsChips?: boolean;
  /**
   * What names the physical device that `open` would take, the same for every way to say it (a path that links lead to, a serial
   * number). Two macros never hold one device: it is locked before `open` and until the macro is closed, on the whole machine.
   * A driver without a device leaves this out, or gives undefined. Opens nothing; checks options as `open` does.
   */
  deviceKey?(request: OpenRequest): Promise<string | undefined> | string | undefined;
  /**
   * Checks its own options (strictly: an unknown key is a NasError NAS_MACRO_DRIVER_OPTIONS) and opens the macro.
   * Nothing may have been opened when it throws.
   */
  open(request: OpenRequest): Promise<Macro>;
  /** Where macros of this kind may be; with `probe`, what answers there. */
  discover?(options: { probe: boolean }): Promise<FoundDevice[]>;
  /** The bare line to a macro that is reached over one, for the suite that tests its protocol. */
  openLine?(request: OpenRequest): Promise<Duplex>;
}

/** A place where a board may be. */
export interface FoundDevice {
  /** What the driver's option "port" wants. */
  port: string;
  /** Maker and USB identity, for a person. */
  description: string;
  serialNumber?: string;
  /** What answered a probe. */
  board?: string;
}

/**
 * "neutral": the option cannot change a code, as a port or a baud rate cannot; a run may be resumed with another value.
 * "file": it is the path of a file whose content decides codes; the path itself does not.
 */
export type OptionRole = "neutral" | "file";

export interface OpenRequest {
  /** The name the bench gives this macro. */
  name: string;
  /** The driver's own options, as bench.config.json has them. */
  options: Readonly<Record<string, unknown>>;
  /** Absolute path of the chip's calibration folder, where the bench names one. */
  calibration?: string;
  /** Makes a path of the options absolute: they are relative to the config file. */
  resolve: (path: string) => string;
  context: JobContext;
  /** What a simulation is given. A board ignores it. */
  simulation: {
    /** Keys its chances. */
    seed: number;
    /** Worker threads that it may use. */
    threads: number;
    /** Which chip of its calibration's population, for drivers that draw them; 0, the calibrated chip itself, unless told. */
    chip?: number;
  };
}

/** Types a driver at the place of its definition. */
export function defineDriver(driver: MacroDriver): MacroDriver {
  return driver;
}
