import type { DatasetName } from "../data/labelled-images.js";
import type { ImageSelection } from "../data/select-images.js";
import type { LoadedConfig } from "../config/bench-config.js";
import type { Measurement } from "../record/measurement.js";
import type { RunDocument } from "../record/run-document.js";
import type { RunSink } from "../record/sink.js";

/** What a person asks of a run; everything left out comes from the config's defaults. */
export interface RunRequest {
  config: LoadedConfig;
  /** Names of macros in the config. */
  subject?: string;
  reference?: string;
  /** Folder of a network. */
  network?: string;
  dataset?: string;
  images?: ImageSelection;
  seed?: number;
  /** Read ADC offsets with an input of zero and take them out: yes unless told. */
  offsetCorrection?: boolean;
  /** Run on so many chips of the subject's calibration, each written `writings` times (2 unless told). */
  chips?: number;
  writings?: number;
  /** Most worker threads for simulations, one a processor unless told; results do not depend on it. See threadCount. */
  threads?: number;
  /** Layers that run on the subject; all others then run on the reference. Left out: all run on the subject. */
  onSubject?: readonly string[];
  /** Write every call to the subject into this file, for the replay driver. */
  recordPath?: string;
  /** Told of the run when it is finished and in the store. */
  sinks?: readonly RunSink[];
  /** Go on with this run; see resume-request.ts for what of the rest of the request may then differ. */
  resume?: string;
}

export interface RunOutcome {
  document: RunDocument;
  measurements: Measurement[];
  /** Absolute paths. */
  reportPath: string;
  runFolder: string;
}

/** A run's configuration as it is stored. Paths are absolute; what decides the result is what lies there (record/run-contents.ts). */
export interface RunConfiguration {
  /** The config's file. */
  configPath: string;
  subject: MacroChoice;
  reference: MacroChoice;
  networkFolder: string;
  dataset: DatasetName;
  dataPath?: string;
  images: ImageSelection;
  seed: number;
  /** Ids of layers, in the order of the alphabet. */
  onSubject?: string[];
  /** Whether ADC offsets are read with an input of zero and taken out. Runs of earlier versions do not tell: no. */
  offsetCorrection?: boolean;
  /** Further chips of the subject's calibration, the subject among them, and how often each is written. */
  population?: PopulationSize;
  limits: Record<string, { min?: number; max?: number }>;
}

export interface PopulationSize {
  chips: number;
  writings: number;
}

/** One macro of the bench: its entry in the config, and where relative paths begin. */
export interface MacroChoice {
  name: string;
  driver: string;
  options: Record<string, unknown>;
  calibration?: string;
  configFolder: string;
}
