import type { JobContext } from "../base/progress.js";
import type { Measurement } from "./measurement.js";
import type { RunDocument } from "./run-document.js";

/** Where finished runs are told besides the store, such as a time-series database. A sink decides nothing: the store is the record. */
export interface RunSink {
  /** As a person names it in a remark: "InfluxDB at lab:8086". */
  readonly name: string;
  /**
   * Takes a finished run, which is in the store by then. Told again of a run that it has, it leaves it as it is: who tells it
   * cannot always know. Whatever it throws is remarked on and harms no run.
   */
  finished(run: FinishedRun, context: JobContext): Promise<void>;
}

/** A run as the store has it when it is finished. */
export interface FinishedRun {
  document: RunDocument;
  measurements: readonly Measurement[];
}
