import { defineDriver, NasError, readDriverOptions, ReplayMacro } from "nas4cim/driver";

/** A recording (`nas4cim run --record FILE`) as a macro; option `trace`: the file, relative to the config. */
export default defineDriver({
  id: "replay",
  contract: 2,
  optionRoles: { trace: "file" },
  async open({ name, options, resolve }) {
    const { trace } = readDriverOptions("replay", options, { trace: { kind: "string" } } as const);
    if (trace === undefined) {
      throw new NasError("NAS_MACRO_DRIVER_OPTIONS", `driver "replay": macro "${name}" names no trace`, {
        hint: 'give it "options": { "trace": "path of a recording" }',
        context: { macro: name },
      });
    }
    return new ReplayMacro(resolve(trace));
  },
});
