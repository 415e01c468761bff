/**
 * `npm run bench:cost`: how many networks a second the cost model evaluates. One evaluation maps, places and times a whole
 * network and folds its figures; the seconds are CPU seconds of this process. `-- --json` prints
 * { cases: [{ name, evaluationsPerSecond, ... }] }.
 */
import { toCostLayers } from "../../src/cost/cost-layer.js";
import { type CostModel, networkTotals, prepareCostModel } from "../../src/cost/evaluate.js";
import { isaacUnit } from "../../src/cost/hardware.js";
import { profiles } from "../../src/cost/profile.js";
import { type KnownGraphName, knownGraphs } from "../../src/network/known-graphs.js";

interface Case {
  name: string;
  /** Per CPU second, which is per second and core. */
  evaluationsPerSecond: number;
  evaluations: number;
  cpuSeconds: number;
  /** The last evaluation's, so that the work can be seen to be done. */
  edp: number;
}

const bits = { activationBits: 9, weightBits: 9 };
const warmUpSeconds = 1;
const measuredSeconds = 3;

function cpuSecondsNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function measure(name: string, graph: KnownGraphName, model: CostModel): Case {
  const network = knownGraphs[graph]();
  let edp = 0;
  const evaluateFor = (seconds: number): [evaluations: number, cpuSeconds: number] => {
    const started = cpuSecondsNow();
    let evaluations = 0;
    while (cpuSecondsNow() - started < seconds) {
      for (let round = 0; round < 20; round++) ({ edp } = networkTotals(toCostLayers(network, bits), model));
      evaluations += 20;
    }
    return [evaluations, cpuSecondsNow() - started];
  };
  evaluateFor(warmUpSeconds);
  const [evaluations, cpuSeconds] = evaluateFor(measuredSeconds);
  return { name, evaluationsPerSecond: evaluations / cpuSeconds, evaluations, cpuSeconds, edp };
}

const mnsim = profiles["mnsim-2.0"];
const cases = [
  measure("ResNet-20, mnsim-2.0, pipelined", "resnet20", prepareCostModel(isaacUnit, mnsim, "pipelined")),
  measure("ResNet-20, mnsim-2.0, sequential", "resnet20", prepareCostModel(isaacUnit, mnsim, "sequential")),
  measure("ResNet-20, physical, pipelined", "resnet20", prepareCostModel(isaacUnit, profiles.physical, "pipelined")),
  measure("LeNet, mnsim-2.0, pipelined", "lenet", prepareCostModel(isaacUnit, mnsim, "pipelined")),
  measure("VGG-8, mnsim-2.0, pipelined", "vgg8", prepareCostModel(isaacUnit, mnsim, "pipelined")),
];

if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ cases }, null, 2)}\n`);
else {
  process.stdout.write("evaluations of one network, isaac-unit, 9/9 bit; per second and core\n\n");
  for (const { name, evaluationsPerSecond, edp } of cases) {
    const rate = Math.round(evaluationsPerSecond).toLocaleString("en");
    process.stdout.write(`${name.padEnd(36)}${rate.padStart(9)} a second   EDP ${edp.toPrecision(4)} ms·mJ\n`);
  }
}
