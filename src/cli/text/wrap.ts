/** Narrower than this nothing can be read; such a terminal gets its lines as they are. */
const leastColumns = 20;

/**
 * Breaks lines that are wider than the terminal at words. What follows hangs under the line's second column, where it has
 * one that begins early enough, so that "name   a long text" stays a table of two columns.
 */
export function wrapLines(text: string, columns: number | undefined): string {
  if (columns === undefined || columns < leastColumns) return text;
  return text
    .split("\n")
    .map((line) => wrapLine(line, columns))
    .join("\n");
}

function wrapLine(line: string, columns: number): string {
  if (line.length <= columns) return line;
  const indent = " ".repeat(hangingIndent(line, columns));
  const lines: string[] = [];
  let rest = line;
  while (rest.length > columns) {
    const least = lines.length === 0 ? indent.length : indent.length + 1;
    const at = rest.lastIndexOf(" ", columns);
    // A word that is wider than the terminal stays whole: a path must remain one that can be copied.
    const end = at > least ? at : rest.indexOf(" ", Math.max(columns, least));
    if (end < 0) break;
    lines.push(rest.slice(0, end).trimEnd());
    rest = indent + rest.slice(end).trimStart();
  }
  return [...lines, rest].join("\n");
}

function hangingIndent(line: string, columns: number): number {
  const [own] = /^ */.exec(line)!;
  const second = /^ *\S+(?: \S+)* {2,}(?=\S)/.exec(line)?.[0].length ?? 0;
  return second > 0 && second <= columns / 2 ? second : Math.min(own.length + 2, columns / 2);
}
