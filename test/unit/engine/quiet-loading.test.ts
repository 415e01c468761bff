import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../../src/base/paths.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const module = pathToFileURL(join(packageRoot(), "dist/src/engine/quiet-loading.js")).href;
/** Writes to the descriptor itself, as a native library does. */
const program = `
  import { writeSync } from "node:fs";
  import { withoutChatter } from ${JSON.stringify(module)};
  writeSync(2, "before\\n");
  const answer = withoutChatter(() => {
    writeSync(2, "2026-11-23 10:00:00.123456: I tensorflow/core/util/port.cc:113] oneDNN custom operations are on.\\n");
    writeSync(2, "2026-11-23 10:00:00.123457: E tensorflow/core/x.cc:1] broken\\n");
    return 42;
  });
  process.stderr.write("after " + answer + "\\n");
  try {
    withoutChatter(() => { writeSync(2, "why\\n"); throw new Error("no"); });
  } catch (error) {
    process.stderr.write(error.message + "\\n");
  }
`;
const expected = "before\n2026-11-23 10:00:00.123457: E tensorflow/core/x.cc:1] broken\nafter 42\nwhy\nno\n";

describe("withoutChatter", function () {
  const folder = temporaryFolder();
  before(function () {
    if (process.platform !== "linux") this.skip();
  });

  it("keeps a library's greetings off stderr, and nothing else, where stderr is a pipe", () => {
    // Through a shell: Node itself would give its child a socket, which cannot be opened again.
    const path = join(folder(), "program.mjs");
    writeFileSync(path, program);
    const command = `"${process.execPath}" "${path}" 2>&1 >/dev/null | cat`;
    expect(spawnSync("sh", ["-c", command], { encoding: "utf8" }).stdout).to.equal(expected);
  });

  it("leaves a socket alone", () => {
    const { stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
    });
    expect({ status, end: stderr.slice(-"after 42\nwhy\nno\n".length) }).to.deep.equal({
      status: 0,
      end: "after 42\nwhy\nno\n",
    });
  });

  it("and where it is a file, at whose end it goes on", () => {
    const path = join(folder(), "stderr");
    const file = openSync(path, "a");
    spawnSync(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "ignore", file] });
    closeSync(file);
    expect(readFileSync(path, "utf8")).to.equal(expected);
  });
});
