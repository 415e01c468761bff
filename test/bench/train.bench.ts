/**
 * `npm run bench:train`: one training step and the inference of 1,000 images, through the code that `nas4cim train` runs
 * (trainPhase, Evaluator), beside PyTorch on the same processors where $NAS4CIM_PYTHON (else python3) has torch. All take
 * turns, in every round another one first; a figure is the median of the rounds, a ratio the median of the rounds' ratios
 * with their quartiles. Our step holds more than PyTorch's: filling the batch, the moving averages, counting what is
 * right. `-- --threads 1` compares single threads; its processor times hold on a busy machine too, where wall times tell
 * how the two share a processor with others. `-- --rounds 5` makes it shorter, `-- --json` prints
 * { cases: [{ name, milliseconds, ... }] }.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { fillBatch, type TrainingImages } from "../../src/model/batches.js";
import { epochOrder } from "../../src/train/epoch-order.js";
import { firstState } from "../../src/train/first-state.js";
import { Evaluator } from "../../src/evaluate/evaluate.js";
import { initialWeights } from "../../src/model/initial-weights.js";
import { parameterSlots, totalSize } from "../../src/model/parameter-table.js";
import type { TrainPhase } from "../../src/train/recipe/recipe.js";
import { loadTensorflow } from "../../src/engine/tensorflow.js";
import { trainPhase } from "../../src/train/train-phase.js";
import { type PytorchTwin, startPytorchTwin, type Times, type TwinQuestion } from "./pytorch-twin.js";
import { type BenchNetwork, fashionNetwork, resnet20 } from "./training-networks.js";

interface Case {
  name: string;
  network: BenchNetwork;
  task: TwinQuestion["task"];
  lsq: boolean;
  /** Counted repeats a round. */
  repeats: number;
}

/** What a contender came to: the median of its rounds, for one step or for 1,000 images. */
interface Figures {
  milliseconds: number;
  /** Processor time of all threads. */
  cpuMilliseconds: number;
}

interface Result extends Figures {
  name: string;
  pytorchChannelsLast?: Comparison;
  pytorchNchw?: Comparison;
}

interface Comparison extends Figures {
  ratio: Ratio;
  cpuRatio: Ratio;
}

/** Ours over PyTorch's: median and quartiles of the rounds. */
interface Ratio {
  median: number;
  low: number;
  high: number;
}

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "11" },
    threads: { type: "string", default: String(availableParallelism()) },
  },
});
const rounds = Number(options.rounds);
const batchSize = 128;
const inferenceImages = 1000;
const threads = Number(options.threads);
// libtensorflow reads it when it loads.
process.env.TF_NUM_INTRAOP_THREADS = options.threads;
const engine = await loadTensorflow();
const layouts = ["channels_last", "nchw"] as const;

const phase: TrainPhase = {
  epochs: 1,
  learningRate: { peak: 0.001, warmUp: 0, shape: "linear" },
  momentum: 0.9,
  weightDecay: 1e-4,
  labelSmoothing: 0.1,
  flip: "alternating",
  translate: 2,
  averageDecay: 0.999,
};

/** Images of random bytes: what they show does not change the work. */
function randomImages({ input }: BenchNetwork, count: number): TrainingImages {
  const bytes = new Uint8Array(count * input.height * input.width * input.channels);
  let state = 1;
  for (let index = 0; index < bytes.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return { count, input, classes: 10, bytes, labels: Uint8Array.from({ length: count }, (_, image) => image % 10) };
}

function startValues({ nodes }: BenchNetwork, lsq: boolean): Map<string, Float32Array> {
  const values = initialWeights(nodes, 1);
  for (const { name, role, size } of parameterSlots(nodes, lsq)) {
    if (role === "step") values.set(name, new Float32Array(size).fill(name.endsWith("weight_step") ? 0.02 : 0.1));
  }
  return values;
}

/** Collects wall and processor time from one call of `lap` to the next. */
class Stopwatch {
  readonly times: Times = { milliseconds: [], cpuMilliseconds: [] };
  #last?: { wall: number; cpu: number };

  lap(): void {
    const { user, system } = process.cpuUsage();
    const now = { wall: performance.now(), cpu: (user + system) / 1000 };
    if (this.#last) {
      this.times.milliseconds.push(now.wall - this.#last.wall);
      this.times.cpuMilliseconds.push(now.cpu - this.#last.cpu);
    }
    this.#last = now;
  }
}

/** Times from the end of one step to the end of the next. */
async function timeSteps({ network, lsq, repeats }: Case): Promise<Times> {
  const { nodes } = network;
  const values = startValues(network, lsq);
  const name = lsq ? "quantized" : "float";
  const state = firstState(name, nodes, values);
  const images = randomImages(network, (repeats + 1) * batchSize);
  const watch = new Stopwatch();
  const job = {
    engine,
    name,
    phase,
    nodes,
    images,
    batchSize,
    seed: 1,
    save: () => undefined,
    checkpoint: "",
  } as const;
  await trainPhase(job, state, { progress: () => watch.lap() });
  return watch.times;
}

function timeInference({ network, lsq, repeats }: Case): Times {
  const values = startValues(network, lsq);
  const images = randomImages(network, inferenceImages);
  // As for all images of a test set, which a graph is recorded for; recording is not counted.
  const expectedImages = 10 * inferenceImages;
  const inputStep = network.input.step;
  const evaluator = new Evaluator(engine, network.nodes, values, { quantized: lsq, inputStep, expectedImages });
  const watch = new Stopwatch();
  for (let repeat = 0; repeat <= repeats; repeat++) {
    evaluator.evaluate(images);
    watch.lap();
  }
  evaluator.dispose();
  return watch.times;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.ceil(place);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

const median = (values: readonly number[]) => quantile(values, 0.5);

async function measure(subject: Case, twin: PytorchTwin | undefined): Promise<Result> {
  const { network, task, lsq, repeats } = subject;
  const batch = task === "step" ? batchSize : inferenceImages;
  const contenders: (() => Promise<Times>)[] = [
    async () => (task === "step" ? timeSteps(subject) : timeInference(subject)),
  ];
  if (twin) {
    for (const layout of layouts) {
      contenders.push(() => twin.time({ network: network.id, task, lsq, layout, batch, repeats }));
    }
  }
  // The first round sets up what later ones find ready.
  for (const contender of contenders) await contender();
  const timed: Figures[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const who = (round + turn) % contenders.length;
      const { milliseconds, cpuMilliseconds } = await contenders[who]();
      timed[who].push({ milliseconds: median(milliseconds), cpuMilliseconds: median(cpuMilliseconds) });
    }
  }
  const [ours, channelsLast, nchw] = timed as [Figures[], Figures[]?, Figures[]?];
  const compared = (theirs: Figures[] | undefined) => theirs && compare(ours, theirs);
  return {
    name: subject.name,
    ...figuresOf(ours),
    pytorchChannelsLast: compared(channelsLast),
    pytorchNchw: compared(nchw),
  };
}

function figuresOf(timed: readonly Figures[]): Figures {
  return {
    milliseconds: median(timed.map(({ milliseconds }) => milliseconds)),
    cpuMilliseconds: median(timed.map(({ cpuMilliseconds }) => cpuMilliseconds)),
  };
}

function compare(ours: readonly Figures[], theirs: readonly Figures[]): Comparison {
  const ratioOf = (what: keyof Figures): Ratio => {
    const ratios = ours.map((figures, round) => figures[what] / theirs[round][what]);
    return { median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
  };
  return { ...figuresOf(theirs), ratio: ratioOf("milliseconds"), cpuRatio: ratioOf("cpuMilliseconds") };
}

/** Milliseconds to fill one batch, as a step does before anything else. */
function fillMilliseconds(network: BenchNetwork): number {
  const images = randomImages(network, batchSize);
  const { order, views } = epochOrder(images.count, 1, 0, phase);
  const target = new Float32Array(images.bytes.length);
  const times = Array.from({ length: 100 }, () => {
    const started = performance.now();
    fillBatch(images, order, views, target);
    return performance.now() - started;
  });
  return median(times);
}

function checkSameNetworks(twin: PytorchTwin, networks: readonly BenchNetwork[]): void {
  for (const { id, nodes } of networks) {
    const ours = totalSize(parameterSlots(nodes, false));
    if (ours !== twin.parameters[id])
      throw new Error(`${id}: ${ours} parameters here, ${twin.parameters[id]} in the twin`);
  }
}

/** One line of the table: wall and processor time, and ours over each of PyTorch's. */
function line(result: Result): string {
  const times = ({ milliseconds, cpuMilliseconds }: Figures) =>
    `${milliseconds.toFixed(1).padStart(8)} /${cpuMilliseconds.toFixed(1).padStart(8)}`;
  const ratio = ({ median: middle, low, high }: Ratio) =>
    `×${middle.toFixed(2)} (${low.toFixed(2)}…${high.toFixed(2)})`;
  const beside = (name: string, theirs: Comparison | undefined) =>
    theirs ? `   ${name} ${times(theirs)}  ${ratio(theirs.ratio)} / ${ratio(theirs.cpuRatio)}` : "";
  const columns = [
    result.name.padEnd(34),
    times(result),
    beside("channels last", result.pytorchChannelsLast),
    beside("NCHW", result.pytorchNchw),
  ];
  return `${columns.join("")}\n`;
}

const [residual, fashion] = [resnet20(), fashionNetwork()];
const cases: Case[] = [
  { name: "ResNet-20, step", network: residual, task: "step", lsq: false, repeats: 4 },
  { name: "ResNet-20, inference", network: residual, task: "inference", lsq: false, repeats: 1 },
  { name: "65,850 parameters, step in float", network: fashion, task: "step", lsq: false, repeats: 12 },
  { name: "65,850 parameters, step with LSQ", network: fashion, task: "step", lsq: true, repeats: 12 },
  { name: "65,850 parameters, inference", network: fashion, task: "inference", lsq: false, repeats: 4 },
];

const started = await startPytorchTwin(threads);
const [twin, reason] = typeof started === "string" ? [undefined, started] : [started];
if (twin) checkSameNetworks(twin, [residual, fashion]);
const versions = { node: process.versions.node, libtensorflow: engine.versions.libtensorflow, torch: twin?.version };
const fills = { resnet20: fillMilliseconds(residual), fashion: fillMilliseconds(fashion) };
if (!options.json) {
  const beside = twin ? `PyTorch ${twin.version}, ${twin.threads} threads` : `no PyTorch (${reason})`;
  process.stdout.write(
    `batch ${batchSize}, inference of ${inferenceImages} images, wall / processor milliseconds; Node ${versions.node}, ` +
      `TensorFlow ${versions.libtensorflow}, ${threads} threads; ${beside}; ${rounds} rounds\n\n`,
  );
}
const results: Result[] = [];
for (const subject of cases) {
  const result = await measure(subject, twin);
  results.push(result);
  if (options.json) continue;
  process.stdout.write(line(result));
}
await twin?.close();
if (options.json) {
  process.stdout.write(
    `${JSON.stringify({ threads, versions, withoutPytorch: reason, cases: results, fillMilliseconds: fills }, null, 2)}\n`,
  );
} else {
  process.stdout.write(
    `filling a batch: ${fills.resnet20.toFixed(2)} ms of the ResNet-20 step, ${fills.fashion.toFixed(2)} ms of the other\n`,
  );
}
