import type { JobContext } from "../../base/progress.js";
import { Emulation, type EmulationSettings } from "../../board/emulate.js";
import type { LoadedConfig } from "../../config/bench-config.js";
import { macroChoice } from "../../run/resolve-request.js";
import { openMacro } from "../../run/open-macro.js";

/** Serves a macro of the bench as a board until it is interrupted. @param ready is told the port, as soon as there is one */
export async function emulateMacro(
  config: LoadedConfig,
  name: string | undefined,
  settings: EmulationSettings,
  context: JobContext,
  ready: (address: string, serial: string) => void,
): Promise<void> {
  const choice = macroChoice({ config }, name ?? config.config.defaults.subject);
  await using emulation = await Emulation.start((seed) => openMacro(choice, { seed, threads: 1 }, context), settings);
  ready(emulation.address, emulation.board.serial);
  await new Promise<void>((resolve) => {
    if (context.signal?.aborted) resolve();
    context.signal?.addEventListener("abort", () => resolve());
  });
}
