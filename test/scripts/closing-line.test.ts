import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../src/base/paths.js";
import { runScript } from "../support/run-command.js";
import { temporaryFolder } from "../support/temporary-folder.js";

describe("npm test's closing line", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();

  /** Runs scripts/test.mjs on a test file of this content; gives the last line and the exit code. */
  async function closingLine(name: string, content: string, ...more: string[]) {
    const file = join(folder(), `${name}.test.js`);
    writeFileSync(file, content);
    const runner = join(folder(), "runner.mjs");
    const testScript = pathToFileURL(join(packageRoot(), "scripts/test.mjs")).href;
    writeFileSync(
      runner,
      `import { test } from ${JSON.stringify(testScript)}; process.exitCode = test(process.argv.slice(2));`,
    );
    const { exitCode, stdout } = await runScript(runner, [file, ...more]);
    return { exitCode, last: stdout.trimEnd().split("\n").at(-1) };
  }

  const mixed = 'it("a", () => {}); it("b", () => { throw new Error("no"); }); it("c"); it("d", () => {});';

  it("counts what passed, failed and was pending", async () => {
    expect(await closingLine("mixed", mixed)).to.deep.equal({ exitCode: 1, last: "2 passed, 1 failed, 1 skipped" });
  });

  it("passes options on to mocha, and says nothing of skipped tests where there are none", async () => {
    const found = await closingLine("mixed", mixed, "--grep", "^[ad]$");
    expect(found).to.deep.equal({ exitCode: 0, last: "2 passed, 0 failed" });
  });

  it("counts tests that never came to run as a failure", async () => {
    for (const content of ["this is no script", 'it("ends", () => process.exit(0));']) {
      const { exitCode, last } = await closingLine("broken", content);
      expect(last).to.equal("0 passed, 1 failed");
      expect(exitCode).to.not.equal(0);
    }
  });
});
