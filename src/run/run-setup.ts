import type { Macro } from "../macro/macro.js";
import type { RunContents } from "../record/run-contents.js";
import type { MacroSummary } from "../record/run-document.js";
import type { RunInputs } from "./load.js";
import type { RunConfiguration } from "./run-request.js";

/** What a run is given when everything is loaded and open. */
export interface RunSetup {
  runId: string;
  startedAt: string;
  configuration: RunConfiguration;
  contents: RunContents;
  versions: { nas4cim: string; node: string };
  inputs: RunInputs;
  macros: { subject: MacroSummary; reference: MacroSummary };
  subject: Macro;
  reference: Macro;
  threads: number;
  /** Batches then go one after the other, so that the recording's bytes do not depend on timing. */
  isRecorded: boolean;
  loadSeconds: number;
}
