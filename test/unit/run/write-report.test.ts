import { expect } from "chai";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeReport } from "../../../src/run/write-report.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("writeReport", () => {
  const folder = temporaryFolder();
  const report = { html: "<p>page</p>", figures: [{ name: "loss", svg: "<svg/>" }] };

  it("writes the page and each figure beside it", () => {
    const target = join(folder(), "one");
    expect(writeReport(report, target)).to.equal(join(target, "report.html"));
    expect(readFileSync(join(target, "report.html"), "utf8")).to.equal(report.html);
    expect(readdirSync(join(target, "figures"))).to.deep.equal(["loss.svg"]);
  });

  it("says what stands in its way", () => {
    mkdirSync(folder(), { recursive: true });
    const file = join(folder(), "file");
    writeFileSync(file, "");
    expect(expectNasError("NAS_REPORT_FAILED", () => writeReport(report, file)).context.folder).to.equal(file);
  });
});
