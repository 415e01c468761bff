import { withoutDisguise } from "../base/printable.js";

/** Text that is HTML already; everything else is escaped where it is put in. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What may stand in a template: text and numbers are escaped, HTML and lists of it are taken as they are. */
export type HtmlPart = Html | string | number | undefined | readonly HtmlPart[];

/** Builds HTML; whatever is put in is escaped unless it is Html itself. */
export function html(strings: TemplateStringsArray, ...parts: HtmlPart[]): Html {
  return new Html(strings.reduce((whole, text, index) => whole + markupOf(parts[index - 1]) + text));
}

function markupOf(part: HtmlPart): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.markup;
  if (typeof part === "string" || typeof part === "number") return escapeHtml(String(part));
  return part.map(markupOf).join("");
}

/** Makes text safe between tags and within quoted attributes. */
export function escapeHtml(text: string): string {
  return withoutDisguise(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
