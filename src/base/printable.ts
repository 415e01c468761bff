/**
 * What may not reach a terminal, a page or a file of ours as it stands: control characters, which move the cursor and colour
 * the text, and marks of writing direction, which show a text in another order than it is read in (CVE-2021-42574).
 */
// eslint-disable-next-line no-control-regex -- these are the characters meant
const disguising = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** One line of text from outside, every such character, tab and line break made visible as �. */
export function printable(text: string): string {
  return withoutDisguise(text).replace(/[\t\n]/g, "\ufffd");
}

/** Text of several lines: tabs and line breaks stay. */
export function withoutDisguise(text: string): string {
  return text.replace(disguising, "\ufffd");
}

/** JSON in which such characters are written as escapes: the same document, with nothing hidden in it. */
export function plainJson(json: string): string {
  return json.replace(disguising, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
