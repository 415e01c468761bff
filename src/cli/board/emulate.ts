import type { Command } from "commander";
import { loadBenchConfig } from "../../config/bench-config.js";
import { NasError } from "../../base/errors.js";
import type { EmulationSettings } from "../../board/emulate.js";
import type { FaultRates } from "../../board/byte-faults.js";
import { addConfigOption, addJsonOption, addQuietOption } from "../common-options.js";
import { positiveNumber, wholeNumber } from "../option-values.js";
import { printJson, printResult } from "../output.js";
import { runJob } from "../run-job.js";
import { emulatedPort } from "../../wire/emulated-port.js";

interface EmulateOptions {
  config?: string;
  json?: boolean;
  quiet?: boolean;
  macro?: string;
  tcp?: string;
  link?: string;
  baud?: number;
  serial?: string;
  planeNs?: number;
  writeCellNs?: number;
  faults?: FaultRates;
  faultSeed?: number;
  resetAt?: number;
  brownOutAt?: number;
  unplugEvery?: number;
  stall?: number;
  firmware?: string;
  protocol?: readonly [number, number];
  claim?: Record<string, number>;
}

const mostNs = 4_294_967_295;

/** `nas4cim board emulate`: a board that is a program. */
export function addEmulateCommand(group: Command): void {
  const command = group
    .command("emulate")
    .description("be a board: serve a simulated macro on a pseudo terminal, or over TCP")
    .option("--macro <name>", "macro of the config that the board carries; by default the config's subject")
    .option(
      "--link <path>",
      'make this path lead to the pseudo terminal; by default the one that the port "emulated" means',
    )
    .option("--tcp <[host:]port>", "serve TCP instead; port 0 is any that is free")
    .option(
      "--baud <rate>",
      "rate of the line, 10 bits a byte; 0: as fast as it goes",
      wholeNumber("--baud", 0, 50_000_000),
    )
    .option("--serial <number>", "serial number of the board")
    .option("--plane-ns <ns>", "time of one vector's bit plane", wholeNumber("--plane-ns", 0, mostNs))
    .option("--write-cell-ns <ns>", "time to write one cell", wholeNumber("--write-cell-ns", 0, mostNs))
    .option("--faults <list>", "shares of frames that suffer, such as drop=0.01,flip=0.01", faultRates)
    .option("--fault-seed <number>", "seed of the faults", wholeNumber("--fault-seed", 0, 2 ** 32 - 1))
    .option("--reset-at <request>", "restart before this request", wholeNumber("--reset-at", 1, 1e9))
    .option(
      "--brown-out-at <programming>",
      "lose the supply in this programming",
      wholeNumber("--brown-out-at", 1, 1e9),
    )
    .option("--unplug-every <seconds>", "pull the plug again and again", positiveNumber("--unplug-every"))
    .option("--stall <ms>", "be deaf for so long, again and again", wholeNumber("--stall", 1, 60_000))
    .option("--firmware <version>", "firmware version that it says")
    .option("--protocol <range>", "protocol versions that it says, such as 2-3", versionRange)
    .option("--claim <list>", "capabilities that it claims against the truth, such as arrayRows=64", claims);
  addConfigOption(command);
  addJsonOption(command);
  addQuietOption(command);
  command.action(async (options: EmulateOptions) => {
    const config = loadBenchConfig(options.config);
    const { emulateMacro } = await import("./emulate-macro.js");
    await runJob(options.quiet ?? false, (context) =>
      emulateMacro(config, options.macro, settingsOf(options), context, (address, serial) => {
        if (options.json) printJson({ port: address, serial, pid: process.pid });
        else printResult(`board ${serial} on ${address}`);
      }),
    );
  });
}

function settingsOf(options: EmulateOptions): EmulationSettings {
  const { serial, planeNs, writeCellNs, firmware, claim, baud = 3_000_000 } = options;
  const said = { serial, planeNs, writeCellNs, firmware, lies: claim };
  return {
    facts: Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
    faults: { resetAtRequest: options.resetAt, brownOutAtProgram: options.brownOutAt },
    ...placeOf(options),
    bytesPerSecond: baud === 0 ? undefined : baud / 10,
    lineFaults: options.faults,
    faultSeed: options.faultSeed,
    unplugEveryMs: options.unplugEvery === undefined ? undefined : 1000 * options.unplugEvery,
    stallMs: options.stall,
    versions: options.protocol,
  };
}

/** Where the driver's port "emulated" looks for it, if nothing else is said. */
function placeOf({ tcp, link }: EmulateOptions): Pick<EmulationSettings, "tcp" | "link"> {
  if (tcp !== undefined) return { tcp: tcpAddress(tcp) };
  return link === undefined ? emulatedPort() : { link };
}

function tcpAddress(text: string): { host: string; port: number } {
  const match = /^(?:(.+):)?(\d{1,5})$/.exec(text);
  if (!match || Number(match[2]) > 65535) throw badValue("--tcp", text, "give a port from 0 to 65535, or host:port");
  return { host: match[1] ?? "127.0.0.1", port: Number(match[2]) };
}

const faultNames: readonly string[] = [
  "drop",
  "flip",
  "duplicate",
  "merge",
  "split",
  "delay",
] satisfies (keyof FaultRates)[];

function faultRates(text: string): FaultRates {
  const rates = pairs("--faults", text);
  for (const [name, share] of Object.entries(rates))
    if (!faultNames.includes(name) || share > 1)
      throw badValue("--faults", `${name}=${share}`, `give shares from 0 to 1 of ${faultNames.join(", ")}`);
  return rates;
}

function claims(text: string): Record<string, number> {
  return pairs("--claim", text);
}

function pairs(option: string, text: string): Record<string, number> {
  return Object.fromEntries(
    text.split(",").map((pair) => {
      const match = /^([A-Za-z]+)=(\d+(?:\.\d+)?)$/.exec(pair.trim());
      if (!match) throw badValue(option, pair, "give name=number, with commas between them");
      return [match[1], Number(match[2])];
    }),
  );
}

function versionRange(text: string): readonly [number, number] {
  const match = /^(\d{1,3})-(\d{1,3})$/.exec(text);
  if (!match) throw badValue("--protocol", text, "give a range such as 1-2");
  return [Number(match[1]), Number(match[2])];
}

function badValue(option: string, value: string, hint: string): NasError {
  return new NasError("NAS_CLI_USAGE", `${option} is "${value}"`, { hint, context: { option, value } });
}
