import { expect } from "chai";
import type { TrainingImages } from "../../../src/model/batches.js";
import type { TrainState } from "../../../src/train/checkpoint.js";
import { firstState } from "../../../src/train/first-state.js";
import { initialWeights } from "../../../src/model/initial-weights.js";
import { parameterSlots } from "../../../src/model/parameter-table.js";
import type { PhaseJob } from "../../../src/train/phase-loop.js";
import { askTeacher } from "../../../src/train/teacher.js";
import { trainPhase } from "../../../src/train/train-phase.js";
import type { Tensorflow } from "../../../src/engine/tensorflow.js";
import { expectClose } from "../../support/close-to.js";
import { itWithTensorflow } from "../../support/it-with-tensorflow.js";
import { residualNetwork } from "./residual-network.js";
import { sampleRecipe } from "./sample-recipe.js";

const { nodes, input } = residualNetwork(4, "layer");
const { distillation, ...training } = sampleRecipe().quantized;

/** Random images of the residual network's size. */
function someImages(count: number): TrainingImages {
  let state = 7;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
  const bytes = Uint8Array.from({ length: count * input.height * input.width * input.channels }, next);
  return { count, input, classes: 10, bytes, labels: Uint8Array.from({ length: count }, () => next() % 10) };
}

function startState(quantized: boolean): TrainState {
  const values = initialWeights(nodes, 1);
  for (const { name, role, size } of parameterSlots(nodes, quantized)) {
    if (role === "step") values.set(name, new Float32Array(size).fill(0.1));
  }
  return firstState(quantized ? "quantized" : "float", nodes, values);
}

interface Variant {
  title: string;
  quantized: boolean;
  translate: number;
  taught: boolean;
}

const variants: Variant[] = [
  { title: "in float", quantized: false, translate: 1, taught: false },
  { title: "with LSQ", quantized: true, translate: 0, taught: false },
  { title: "with LSQ and a teacher that is asked once", quantized: true, translate: 0, taught: true },
  { title: "in float and with a teacher that is asked each step", quantized: false, translate: 1, taught: true },
];

/** Two epochs of four steps. */
async function trained(engine: Tensorflow, { quantized, translate, taught }: Variant): Promise<TrainState> {
  const images = someImages(67);
  const phase = { ...training, translate, averageDecay: 0.9 };
  const teacher = () => askTeacher(engine, nodes, initialWeights(nodes, 2), images, phase);
  const job: PhaseJob = {
    engine,
    name: quantized ? "quantized" : "float",
    phase,
    nodes,
    images,
    batchSize: 16,
    seed: 1,
    ...(taught && { distillation: { teacher: teacher(), settings: distillation! } }),
    save: () => undefined,
    checkpoint: "",
  };
  try {
    return await trainPhase(job, startState(quantized), {});
  } finally {
    job.distillation?.teacher.dispose();
  }
}

describe("trainPhase", () => {
  for (const variant of variants) {
    itWithTensorflow(
      `comes as a graph to what its operations one by one come to, ${variant.title}`,
      async (engine) => {
        const before = engine.tf.memory().numTensors;
        const graph = await trained(engine, variant);
        const oneByOne = await trained({ ...engine, record: undefined }, variant);
        const start = startState(variant.quantized);
        // A graph may round elsewhere than its operations; here it has not been seen to.
        for (const what of [
          "parameters",
          "momentum",
          "statistics",
          "averageParameters",
          "averageStatistics",
        ] as const) {
          expectClose(graph[what], oneByOne[what], 1e-4);
          expect([...graph[what]], what).to.not.deep.equal([...start[what]]);
        }
        expect(graph.log.map(({ loss }) => loss.toFixed(4))).to.deep.equal(
          oneByOne.log.map(({ loss }) => loss.toFixed(4)),
        );
        expect(engine.tf.memory().numTensors).to.equal(before);
      },
      ["tfjs-node"],
    ).timeout(60_000);
  }
});
