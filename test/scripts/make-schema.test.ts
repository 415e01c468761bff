import { expect } from "chai";
import { join } from "node:path";
import { packageRoot } from "../../src/base/paths.js";
import { runScript } from "../support/run-command.js";

describe("JSON Schemas and the tables of keys", () => {
  it("are what the schemas in the code say (else: node scripts/make-schema.mjs)", async function () {
    this.timeout(30_000);
    const { exitCode, stderr } = await runScript(join(packageRoot(), "scripts/make-schema.mjs"), ["--check"]);
    expect(stderr).to.equal("");
    expect(exitCode).to.equal(0);
  });
});
