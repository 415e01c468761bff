import { isNasError, messageOf } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import type { FinishedRun, RunSink } from "../record/sink.js";

/** Tells each sink of a finished run, one after the other. One that fails is remarked on; the others are told all the same. */
export async function tellSinks(sinks: readonly RunSink[], run: FinishedRun, context: JobContext): Promise<void> {
  for (const sink of sinks) {
    try {
      await sink.finished(run, context);
    } catch (error) {
      const code = isNasError(error) ? `${error.code}: ` : "";
      context.log?.(`note: ${sink.name} was not told of run ${run.document.run.id}: ${code}${messageOf(error)}`);
    }
  }
}
