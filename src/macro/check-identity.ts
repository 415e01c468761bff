import { isNasError, NasError } from "../base/errors.js";
import { checkJson, everyFault, type JsonFormat } from "../base/schema/json-format.js";
import { nameText, sentence } from "../base/schema/fields.js";
import { z } from "../base/schema/zod.js";
import type { MacroIdentity } from "./macro.js";

/** What ends up in records, reports and terminals: a driver may say more, and no text without end. */
const identity = z.looseObject({
  driver: nameText,
  kind: z.enum(["virtual", "silicon", "recording"]),
  chipId: nameText,
  description: sentence,
});

const identityFormat: JsonFormat<z.output<typeof identity>> = {
  name: "identity",
  schema: identity,
  codes: everyFault("NAS_MACRO_CONTRACT"),
  hints: { unreadable: "", invalid: "the driver is at fault: correct the identity that it gives" },
};

/** Whether a driver's macro says of itself what it should. @throws NAS_MACRO_CONTRACT naming driver and member */
export function checkIdentity(driver: string, given: MacroIdentity): void {
  try {
    checkJson(identityFormat, given, `the identity that driver "${driver}" gives`);
  } catch (error) {
    if (!isNasError(error)) throw error;
    const context = { driver, member: error.context.key };
    throw new NasError(error.code, error.message, { hint: identityFormat.hints.invalid, context });
  }
}
