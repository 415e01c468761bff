import type { RunDocument } from "./run-document.js";

/** The bare fractions of a run's accuracies, as `accuracy` of the document has them. */
export function fractionsOf({
  float,
  integer,
  reference,
  subject,
}: RunDocument["accuracies"]): RunDocument["accuracy"] {
  return {
    ...(float ? { float: float.fraction } : {}),
    integer: integer.fraction,
    reference: reference.fraction,
    subject: subject.fraction,
  };
}
