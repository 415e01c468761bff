import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeMacro } from "nas4cim/conformance";
import simulator from "../../drivers/simulator/index.js";
import replay from "../../drivers/replay/index.js";
import { packageRoot } from "../../src/base/paths.js";
import { RecordingMacro } from "../../src/macro/recording.js";

const calibration = join(packageRoot(), "calibration", "vc-0001", "2026-11-23");
const traces = mkdtempSync(join(tmpdir(), "nas4cim-conformance-"));

const openSimulator = (options: Record<string, unknown>, calibrated = false) =>
  simulator.open({
    name: "test",
    options,
    ...(calibrated ? { calibration } : {}),
    resolve: (path) => path,
    context: {},
    simulation: { seed: 3, threads: 2 },
  });
const traceOf = (title: string) => join(traces, `${title.replaceAll(/\W+/g, "-")}.trace`);

after(() => rmSync(traces, { recursive: true, force: true }));

for (const differential of ["column-pair", "row-pair", "host"]) {
  describeMacro(`ideal macro, ${differential}`, () => openSimulator({ differential }), { exact: true });
}
describeMacro(
  "ideal macro with one small array and no shift-and-add",
  () => openSimulator({ arrays: 1, arrayRows: 32, arrayColumns: 20, shiftAdd: false }),
  { exact: true },
);
describeMacro("virtual chip", () => openSimulator({}, true));
describeMacro("virtual chip with row pairs", () => openSimulator({ differential: "row-pair" }, true));
// In this order: the second suite plays what the first one recorded.
describeMacro(
  "virtual chip while it is recorded",
  async (title) => new RecordingMacro(await openSimulator({}, true), traceOf(title)),
);
describeMacro("recording of the virtual chip", (title) =>
  replay.open({
    name: "test",
    options: { trace: traceOf(title) },
    resolve: (path) => path,
    context: {},
    simulation: { seed: 0, threads: 1 },
  }),
);
