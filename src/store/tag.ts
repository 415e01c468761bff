import { NasError } from "../base/errors.js";

/** A tag as it is kept. @throws NAS_CLI_USAGE where it could not be typed again, or be mistaken for something else */
export function checkTag(tag: string): string {
  if (/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,49}$/u.test(tag)) return tag;
  throw new NasError("NAS_CLI_USAGE", `"${tag.slice(0, 60)}" is no tag`, {
    hint: "use letters, digits, ., - and _, at most 50 of them",
    context: { tag: tag.slice(0, 60) },
  });
}
