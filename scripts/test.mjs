import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRoot, node } from "./tool.mjs";

/**
 * Runs mocha over all tests, or over the files named in `parameters`, which mocha gets as they are. The last line says
 * `N passed, N failed`, and where tests are pending `, N skipped`; a mocha that ends before its tests counts as one failure.
 */
export function test(parameters) {
  const folder = mkdtempSync(join(tmpdir(), "nas4cim-counts-"));
  const countsPath = join(folder, "counts.json");
  try {
    const named = parameters.some((parameter) => parameter.endsWith(".test.js"));
    const specs = named ? [] : ["dist/test/**/*.test.js"];
    const code = node(
      inRoot("node_modules/mocha/bin/mocha.js"),
      ["--reporter", inRoot("scripts/counting-reporter.cjs"), ...parameters, ...specs],
      { env: { NAS4CIM_TEST_COUNTS: countsPath } },
    );
    if (existsSync(countsPath)) {
      const { passed, failed, skipped } = JSON.parse(readFileSync(countsPath, "utf8"));
      console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
      return code;
    }
    console.log("mocha ended before its tests did");
    console.log("0 passed, 1 failed");
    return code === 0 ? 1 : code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
