import { format } from "prettier";
import { wireTables } from "../../src/wire/describe.js";

/** docs/wire-protocol.md with its generated sections as they must be. */
export function fillPage(page: string): Promise<string> {
  let filled = page;
  for (const [name, text] of Object.entries(wireTables())) {
    const section = new RegExp(`(<!-- generated: ${name} -->\n)[^]*?(<!-- end -->)`);
    if (!section.test(filled)) throw new Error(`the page has no section "${name}"`);
    filled = filled.replace(section, (_all, begin: string, end: string) => `${begin}\n${text}\n\n${end}`);
  }
  return format(filled, { parser: "markdown", printWidth: 120 });
}
