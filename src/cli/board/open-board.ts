import type { Command } from "commander";
import { resolve } from "node:path";
import type { JobContext } from "../../base/progress.js";
import { loadBenchConfig } from "../../config/bench-config.js";
import { loadDriver } from "../../macro/load-driver.js";
import type { Macro } from "../../macro/macro.js";
import { holdDevice } from "../../run/device-lock.js";
import { macroChoice } from "../../run/resolve-request.js";
import type { MacroChoice } from "../../run/run-request.js";
import { addConfigOption } from "../common-options.js";
import { wholeNumber } from "../option-values.js";

/** Which board a command is for. */
export interface BoardChoice {
  config?: string;
  macro?: string;
  port?: string;
  baud?: number;
  seed?: number;
}

/** The options by which a command finds its board. */
export function addBoardOptions(command: Command): void {
  command
    .option("--macro <name>", 'macro of the config; "board" if nothing else is said')
    .option("--port <port>", "instead of one of the config: a path, usb:<serial number>, tcp://host:port or emulated")
    .option("--baud <rate>", "baud rate of --port", wholeNumber("--baud", 300, 50_000_000))
    .option("--seed <number>", "seed that keys the noise of a virtual board", wholeNumber("--seed", 0, 2 ** 32 - 1));
  addConfigOption(command);
}

/** The macro that the options mean. @throws NAS_CONFIG_INVALID */
export function boardChoice({ config, macro, port, baud }: BoardChoice): MacroChoice {
  if (port === undefined) return macroChoice({ config: loadBenchConfig(config) }, macro ?? "board");
  const options = { port, ...(baud === undefined ? {} : { baudRate: baud }) };
  return { name: macro ?? "board", driver: "serial-board", options, configFolder: process.cwd() };
}

/**
 * Opens it without the guard of jobs, which knows only what this process has programmed: a person looks at what is there.
 * @throws what the driver throws
 */
export async function openBoard(choice: BoardChoice, context: JobContext): Promise<Macro> {
  const { name, driver: driverName, options, calibration, configFolder } = boardChoice(choice);
  const driver = await loadDriver(driverName, configFolder);
  const request = {
    name,
    options,
    ...(calibration === undefined ? {} : { calibration }),
    resolve: (path: string) => resolve(configFolder, path),
    context,
    simulation: { seed: choice.seed ?? 1, threads: 1 },
  };
  // The one lock that jobs take, too: nobody talks to a board that a run holds.
  const device = await driver.deviceKey?.(request);
  const held = device === undefined ? undefined : holdDevice(device);
  try {
    const macro = await driver.open(request);
    const close = macro[Symbol.asyncDispose].bind(macro);
    macro[Symbol.asyncDispose] = async () => {
      await close();
      held?.[Symbol.dispose]();
    };
    return macro;
  } catch (error) {
    held?.[Symbol.dispose]();
    throw error;
  }
}
