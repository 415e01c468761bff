/** How far a long job is: one event a step forward. Rendering (stderr, time left) is the cli's business. */
export interface ProgressEvent {
  /** The job, in a person's words: "programming subject", "epoch 3 of 16". */
  label: string;
  done: number;
  total: number;
  /** What is counted: "images", "steps", "bytes". */
  unit: string;
  /** A short figure worth showing beside the bar: "loss 0.31, accuracy 89.2 %". */
  note?: string;
}

/** Receives progress; never throws, never blocks. */
export type ProgressSink = (event: ProgressEvent) => void;

/** What every long job may be given. */
export interface JobContext {
  signal?: AbortSignal;
  progress?: ProgressSink;
  /** One line for a person, on stderr: a fact worth knowing that is no result. */
  log?: (line: string) => void;
}
