import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/base/paths.js";
import { itWithFashionMnist } from "../support/fashion-mnist.js";
import { runScript } from "../support/run-command.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const examples = join(packageRoot(), "examples");

describe("the examples", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const run = async (script: string, parameters: string[] = [], env: Record<string, string> = {}) => {
    const { exitCode, stdout, stderr } = await runScript(join(examples, script), parameters, { cwd: folder(), env });
    expect(exitCode, stderr).to.equal(0);
    return stdout;
  };

  it("sweep: prints every setting, and marks those that no other beats", async () => {
    const lines = (await run("sweep/sweep.js")).trim().split("\n");
    expect(lines).to.have.length(8);
    expect(lines.filter((line) => line.startsWith("*")).length).to.be.within(1, 7);
    expect(lines[0]).to.match(/1 of ADC 2 {2}\d+\.\d{3} ms {2}0\.\d{3} mJ {2}\d+ mm²$/);
  });

  it("search space: counts, samples and ranks", async () => {
    const stdout = await run("search-space/search.js");
    // Two stages of up to two layers, two operations and two kernels each: 1 + 4 + 16 a stage, and the empty network.
    expect(stdout)
      .to.match(/^two-stages: \d+ genotypes$/m)
      .and.to.match(/^2000 sampled, \d+ larger than 200 mm²$/m);
    const edps = [...stdout.matchAll(/EDP (\S+) ms·mJ/g)].map(([, edp]) => Number(edp));
    expect(edps).to.have.length(3);
    expect(edps).to.deep.equal([...edps].sort((a, b) => a - b));
  });

  itWithFashionMnist(
    "script a run: reads accuracies, layers and cost, and the document out of the store",
    async (data) => {
      const stdout = await run("script-a-run/run.js", ["20"], { NAS4CIM_DATA: data });
      expect(stdout)
        .to.match(/^subject {4}\d+\.\d % \(.*\)$/m)
        .and.to.match(/^conv1 +code RMSE 0\.\d{3} LSB$/m);
      expect(stdout).to.match(/^one inference, by the cost model: \S+ ms, \S+ mJ$/m);
      expect(stdout).to.match(/^stored: [0-9a-f]{64}$/m);
    },
  );

  it("have each a line in their README", () => {
    const readme = readFileSync(join(examples, "README.md"), "utf8");
    const folders = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of folders) expect(readme).to.include(`[${name}](${name}/`);
  });
});
