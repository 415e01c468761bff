/** What the parser was at when it met a fault. */
export interface Situation {
  /** It waits for a key or for the end of an object. */
  expectsKey: boolean;
  /** The innermost open bracket is a list's, or there is none. */
  isList: boolean;
}

/** A fault that jsonc-parser names by `code`, in a person's words, and the offset of the very character where that can be told. */
export function describeSyntaxFault(
  text: string,
  code: string,
  offset: number,
  situation: Situation,
): { at: number; what: string } {
  const here = text[offset];
  if (code === "InvalidCharacter" || code === "UnexpectedEndOfString") return brokenString(text, offset);
  if (code === "InvalidEscapeCharacter" || code === "InvalidUnicode")
    return { at: brokenEscape(text, offset), what: "JSON has no such escape; a backslash itself is written \\\\" };
  const isComment = code === "InvalidCommentToken" || code === "UnexpectedEndOfComment" || here === "/";
  return { at: offset, what: isComment ? "JSON has no comments" : misplaced(here, code, situation) };
}

function misplaced(here: string | undefined, code: string, { expectsKey, isList }: Situation): string {
  const end = isList ? "]" : "}";
  switch (code) {
    case "CommaExpected":
    case "CloseBraceExpected":
    case "CloseBracketExpected":
      return `expected a comma or ${end}`;
    case "ColonExpected":
      return "expected a colon after the key";
    case "EndOfFileExpected":
      return "something follows after the end";
    case "InvalidNumberFormat":
    case "UnexpectedEndOfNumber":
      return "a number ends without its digits";
    default:
  }
  if (here === "'") return "JSON wants double quotes";
  if (here === end) return `JSON has no comma before ${end}`;
  if (expectsKey) return "expected a key in double quotes";
  return here === undefined ? "the text ends where a value is expected" : "expected a value";
}

/** A string without its end: a line break or another character that must be escaped stands in it, or the text is over. */
function brokenString(text: string, start: number): { at: number; what: string } {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) >= 0x20) at += text[at] === "\\" ? 2 : 1;
  if (at >= text.length) return { at: text.length, what: "the text ends inside a string" };
  const isLineEnd = text[at] === "\n" || text[at] === "\r";
  return { at, what: isLineEnd ? "a string ends on its line" : "a control character in a string must be escaped" };
}

/** The first backslash of the string at `start` that begins no escape. */
function brokenEscape(text: string, start: number): number {
  const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] !== "\\") continue;
    escape.lastIndex = at;
    if (!escape.test(text)) return at;
    at = escape.lastIndex - 1;
  }
  return start;
}
