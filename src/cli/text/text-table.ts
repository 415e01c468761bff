/** Which side a column's text keeps to. */
export type Align = "left" | "right";

/** Rows as aligned plain text, two spaces between columns, none at the ends of lines; `align` by column, left where absent. */
export function textTable(rows: readonly (readonly string[])[], align: readonly Align[] = []): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => displayWidth(row[column] ?? ""))),
  );
  return rows
    .map((row) =>
      row
        .map((text, column) => {
          const filler = " ".repeat(widths[column] - displayWidth(text));
          return align[column] === "right" ? filler + text : text + filler;
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Characters as a person counts them; marks that sit on a letter take no room of their own. */
function displayWidth(text: string): number {
  return [...new Intl.Segmenter().segment(text)].length;
}
