import { readFileSync } from "node:fs";
import ts from "typescript";

/** One import, re-export or dynamic import that a file writes down. */
export interface WrittenImport {
  /** As it stands: "./tile.js", "node:fs", "nas4cim/driver". */
  specifier: string;
  /** Counted from 1. */
  line: number;
}

/**
 * Everything that a TypeScript file imports by a name written out: `import`, `import type`, `export … from`, `import()`,
 * `import("…")` as a type, `require()`, `createRequire(…)("…")` and `new URL("…", import.meta.url)`, which starts workers. A
 * dynamic import of a computed name has no name to check.
 */
export function importsOf(path: string): WrittenImport[] {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest);
  const found: WrittenImport[] = [];
  const visit = (node: ts.Node): void => {
    const name = importedName(node);
    if (name !== undefined) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      found.push({ specifier: name.text, line: line + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function importedName(node: ts.Node): ts.StringLiteralLike | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return node.moduleSpecifier && ts.isStringLiteralLike(node.moduleSpecifier) ? node.moduleSpecifier : undefined;
  }
  if (ts.isImportTypeNode(node)) {
    const { argument } = node;
    return ts.isLiteralTypeNode(argument) && ts.isStringLiteralLike(argument.literal) ? argument.literal : undefined;
  }
  if (ts.isCallExpression(node)) {
    const called = node.expression;
    const [first] = node.arguments;
    const imports =
      called.kind === ts.SyntaxKind.ImportKeyword ||
      (ts.isIdentifier(called) && called.text === "require") ||
      (ts.isCallExpression(called) && ts.isIdentifier(called.expression) && called.expression.text === "createRequire");
    return imports && first !== undefined && ts.isStringLiteralLike(first) ? first : undefined;
  }
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "URL") {
    const [first] = node.arguments ?? [];
    return first !== undefined && ts.isStringLiteralLike(first) && first.text.endsWith(".js") ? first : undefined;
  }
  return undefined;
}

/** Whether a file holds code of its own at run time, and not types, imports and re-exports alone. */
export function hasOwnCode(path: string): boolean {
  const { outputText } = ts.transpileModule(readFileSync(path, "utf8"), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true },
  });
  const file = ts.createSourceFile(path, outputText, ts.ScriptTarget.Latest);
  return file.statements.some((statement) => !ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement));
}
