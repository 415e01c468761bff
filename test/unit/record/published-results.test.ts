import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { loadBenchConfig } from "../../../src/config/bench-config.js";
import { publishedResults, publishedVerdict } from "../../../src/record/published-results.js";
import { runBench } from "../../../src/run/run.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

/** Where this fails because a run gives something else on purpose: scripts/publish-results.mjs publishes it anew. */
describe("the published results", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();

  it("are those of both sources of images, and stand in the README", () => {
    const whole = publishedResults().filter(({ selection }) => selection === "full");
    expect(whole.map(({ count }) => count)).to.deep.equal([10_000, 9_176]);
    const readme = readFileSync(join(packageRoot(), "README.md"), "utf8");
    for (const { result } of whole) expect(readme).to.include(`\`${result}\``);
  });

  itWithFashionMnist("are what this build gives, on a hundred official images", async (data) => {
    const before = process.env.NAS4CIM_DATA;
    process.env.NAS4CIM_DATA = data;
    try {
      const config = { ...loadBenchConfig(join(packageRoot(), "bench.config.json")), storeFolder: folder() };
      const { document } = await runBench({ config, images: "smoke" }, {});
      expect(publishedVerdict(document), "the job itself is another").to.not.equal(undefined);
      expect(publishedVerdict(document)).to.include({ isSame: true });
    } finally {
      if (before === undefined) delete process.env.NAS4CIM_DATA;
      else process.env.NAS4CIM_DATA = before;
    }
  });
});
