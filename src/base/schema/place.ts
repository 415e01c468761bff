import { findNodeAtLocation, type Node, parseTree } from "jsonc-parser";

/** A place in a text, both counted from 1; columns in UTF-16 units, as editors count. */
export interface Place {
  line: number;
  column: number;
}

/** A place in a JSON value: the keys and list positions that lead there. */
export type JsonPath = readonly (string | number)[];

export function placeAt(text: string, offset: number): Place {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf("\n"); end >= 0 && end < offset; end = text.indexOf("\n", start)) {
    line++;
    start = end + 1;
  }
  return { line, column: offset - start + 1 };
}

/**
 * Finds places in a JSON text that `parseStrictJson` takes: of the value at a path, or of its key; where the path leads to
 * nothing, of the innermost object or list that is there.
 */
export function placeFinder(text: string): (path: JsonPath, part: "key" | "value") => Place {
  let root: Node | undefined;
  return (path, part) => {
    root ??= parseTree(text, [], { disallowComments: true });
    return placeAt(text, root === undefined ? 0 : offsetOf(root, path, part));
  };
}

function offsetOf(root: Node, path: JsonPath, part: "key" | "value"): number {
  const node = findNodeAtLocation(root, [...path]);
  if (node === undefined) return offsetOf(root, path.slice(0, -1), "value");
  const isMember = node.parent?.type === "property";
  return isMember && part === "key" ? node.parent.offset : node.offset;
}
