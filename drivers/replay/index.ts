import { defineDriver, readDriverOptions, ReplayMacro } from "nas4cim/driver";
import { replayOptions } from "./options.js";

/** A recording (`nas4cim run --record FILE`) as a macro; option `trace`: the file, relative to the config. */
export default defineDriver({
  id: "replay",
  contract: 2,
  optionRoles: { trace: "file" },
  async open({ options, resolve, simulation }) {
    const { trace } = readDriverOptions("replay", options, replayOptions);
    return new ReplayMacro(resolve(trace), simulation.seed);
  },
});
