import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { loadBenchConfig } from "../../../src/config/bench-config.js";
import { plannedWritesInWords, planWrites } from "../../../src/run/dry-run.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("planWrites", () => {
  const folder = temporaryFolder();

  function bench() {
    const path = join(folder(), "bench.config.json");
    const macros = {
      small: { driver: "simulator", options: { arrays: 4 } },
      ideal: { driver: "simulator", options: { arrays: 4 } },
    };
    const network = join(packageRoot(), "fixtures", "networks", "fashion-mnist-accuracy-first");
    writeFileSync(path, JSON.stringify({ macros, defaults: { subject: "small", reference: "ideal", network } }));
    return loadBenchConfig(path);
  }

  it("counts the tiles and cells that a run would program, by array", async () => {
    const plan = await planWrites({ config: bench() }, {});
    expect(plan.rounds).to.be.above(1);
    expect(Object.values(plan.programmings).reduce((sum, times) => sum + times, 0)).to.equal(plan.tiles);
    expect(plan.cells).to.be.within(plan.tiles, plan.tiles * 128 * 128);
    expect(plannedWritesInWords(plan)).to.match(
      /^writes \d+ tiles, \d+ cells, in \d+ rounds \(4 arrays, each up to \d+ times\) into ideal macro/,
    );
  });

  it("counts chosen layers alone, and refuses layers that are none", async () => {
    const config = bench();
    const all = await planWrites({ config }, {});
    const one = await planWrites({ config, onSubject: ["conv1"] }, {});
    expect(one.tiles).to.be.within(1, all.tiles - 1);
    await expectNasRejection("NAS_CLI_USAGE", planWrites({ config, onSubject: ["conv99"] }, {}));
  });
});
