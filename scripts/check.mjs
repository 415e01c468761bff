import { inRoot, node } from "./tool.mjs";

const checks = [
  ["types", "node_modules/typescript/bin/tsc", ["-p", ".", "--noEmit", "--incremental", "false"]],
  ["lint", "node_modules/eslint/bin/eslint.js", [".", "--max-warnings", "0"]],
  ["format", "node_modules/prettier/bin/prettier.cjs", ["--check", "--log-level", "warn", "."]],
  ["public face", "scripts/api.mjs", []],
  ["directions", "node_modules/mocha/bin/mocha.js", ["--reporter", "dot", "dist/test/architecture.test.js"]],
];

/** Everything that reads the code without running it; does all checks and gives 1 where one of them found something. */
export function check() {
  const failed = checks.filter(([name, script, parameters]) => {
    console.log(`check ${name}`);
    return node(inRoot(script), parameters) !== 0;
  });
  console.log(failed.length === 0 ? "all checks passed" : `failed: ${failed.map(([name]) => name).join(", ")}`);
  return failed.length === 0 ? 0 : 1;
}
