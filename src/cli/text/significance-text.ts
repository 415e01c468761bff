import { percent } from "../../base/format.js";
import type { Significance } from "../../search/significance/significance.js";
import { textTable } from "./text-table.js";

/** A significance as a table: one line a searched layer, one column an operator. */
export function significanceTable(title: string, significance: Significance, words: readonly string[]): string {
  const rows = significance.map((row, layer) => [`layer ${layer + 1}`, ...row.map((share) => percent(share))]);
  const align = ["left" as const, ...words.map(() => "right" as const)];
  return textTable([[title, ...words], ...rows], align);
}
