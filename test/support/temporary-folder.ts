import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of this test's own, which mocha removes after the test file's suite: call it within `describe`. */
export function temporaryFolder(): () => string {
  let folder: string | undefined;
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });
  return () => (folder ??= mkdtempSync(join(tmpdir(), "nas4cim-test-")));
}
