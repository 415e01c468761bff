import { expect } from "chai";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fetchNpmTarball } from "../../../src/data/npm-package.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const tarball = "not really a tarball";
const wanted = {
  name: "some-package",
  version: "1.2.3",
  integrity: `sha512-${createHash("sha512").update(tarball).digest("base64")}`,
};

describe("fetchNpmTarball", () => {
  const folder = temporaryFolder();
  const path = process.env.PATH;

  afterEach(() => {
    process.env.PATH = path;
  });

  /** Puts a shell script named npm before the real one; $last is the folder that the tarball goes to. */
  function standInNpm(script: string): void {
    const bin = join(folder(), "bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, "npm"), `#!/bin/sh\nfor last; do :; done\n${script}\n`);
    chmodSync(join(bin, "npm"), 0o755);
    process.env.PATH = `${bin}${delimiter}${path}`;
  }

  before(function () {
    // The stand-in is a shell script; Windows would need another.
    if (process.platform === "win32") this.skip();
  });

  it("gives what npm packed, asking for the pinned version and no scripts", async () => {
    standInNpm(`echo "$@" > ${folder()}/asked; printf '${tarball}' > "$last/some-package-1.2.3.tgz"`);
    expect(Buffer.from(await fetchNpmTarball(wanted, {})).toString()).to.equal(tarball);
    const asked = readFileSync(join(folder(), "asked"), "utf8");
    expect(asked)
      .to.match(/^pack some-package@1\.2\.3 /)
      .and.include("--ignore-scripts");
    expect(asked).to.not.include("registry");
  });

  it("refuses another tarball, naming both hashes", async () => {
    standInNpm(`printf 'something else' > "$last/some-package-1.2.3.tgz"`);
    const error = await expectNasRejection("NAS_DATA_HASH", fetchNpmTarball(wanted, {}));
    expect(error.message).to.include(wanted.integrity).and.include("some-package@1.2.3");
  });

  it("repeats what npm complained of", async () => {
    standInNpm(`echo 'npm error code E404' >&2; echo 'npm error A complete log of this run' >&2; exit 1`);
    const error = await expectNasRejection("NAS_DATA_DOWNLOAD", fetchNpmTarball(wanted, {}));
    expect(error.message).to.match(/ended with code 1: code E404$/);
  });

  it("says that npm is not there, or left nothing", async () => {
    process.env.PATH = folder();
    const missing = await expectNasRejection("NAS_DATA_DOWNLOAD", fetchNpmTarball(wanted, {}));
    expect(missing.message).to.include("npm cannot be started");
    standInNpm("exit 0");
    const nothing = await expectNasRejection("NAS_DATA_DOWNLOAD", fetchNpmTarball(wanted, {}));
    expect(nothing.message).to.include("no .tgz");
  });

  it("ends npm when it is interrupted", async () => {
    standInNpm("exec sleep 30");
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const started = performance.now();
    await expectNasRejection("NAS_INTERRUPTED", fetchNpmTarball(wanted, { signal: controller.signal }));
    expect(performance.now() - started).to.be.below(5000);
  });
});
