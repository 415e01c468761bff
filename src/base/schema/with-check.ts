import type { z } from "zod";
import type { CustomParams } from "./explain-issues.js";
import type { JsonPath } from "./place.js";

/** Says that the value at a path, seen from the checked value, is wrong: "is 5, but …". */
export type Refuse = (path: JsonPath, message: string, hint: string) => void;

/** `schema` with a check of what its members ask of each other; it is called only where each member for itself is right. */
export function withCheck<S extends z.ZodType>(schema: S, check: (value: z.output<S>, refuse: Refuse) => void): S {
  return schema.superRefine((value, context) => {
    // zod asks it, too, where a number is out of its range.
    if (context.issues.length > 0) return;
    check(value, (path, message, hint) => {
      const params: CustomParams = { hint };
      context.addIssue({ code: "custom", path: [...path], message, params: { ...params } });
    });
  });
}
