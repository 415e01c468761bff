import { NasError } from "../base/errors.js";

/** That a part of a run or a training is not what was written. */
export function damaged(id: string, what: string, cause?: unknown): NasError {
  return new NasError("NAS_RECORD_DAMAGED", `${id} is damaged: ${what} is not what was written`, {
    hint: "the disk or a program has changed the store: start it anew, and check the disk",
    context: { id, what },
    cause,
  });
}
