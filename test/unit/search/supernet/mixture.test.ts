import { expect } from "chai";
import type { Tensor, Tensorflow } from "../../../../src/engine/tensorflow.js";
import { initialWeights } from "../../../../src/model/initial-weights.js";
import { forwardNodes } from "../../../../src/model/model.js";
import { parameterSlots } from "../../../../src/model/parameter-table.js";
import { shortcut } from "../../../../src/model/shortcut-layer.js";
import { networkFromGraph } from "../../../../src/network/from-graph.js";
import type { NetworkNode } from "../../../../src/network/network.js";
import { operatorWords } from "../../../../src/search/space/choices.js";
import { decodeGenotype } from "../../../../src/search/space/genotype-text.js";
import { toGraph } from "../../../../src/search/space/to-graph.js";
import { type MixedStage, mixedStages } from "../../../../src/search/supernet/mixed-stage.js";
import { mixStage } from "../../../../src/search/supernet/mixture.js";
import { itWithTensorflow, numbers } from "../../../support/it-with-tensorflow.js";
import { tinySpace } from "../../../support/tiny-search.js";

const words = operatorWords(tinySpace);
const bits = { weights: 4, activations: 4, image: 8 };

/** The module's θ by name, as tensors of the caller's tidy. */
function parametersOf({ tf }: Tensorflow, { layers }: MixedStage): (name: string) => Tensor {
  const nodes = layers.flatMap(({ operators }) => operators.flatMap((operator) => operator.nodes));
  const values = initialWeights(nodes, 7);
  const shapes = new Map(parameterSlots(nodes, false).map(({ name, shape }) => [name, shape]));
  return (name) => tf.tensor(values.get(name)!, shapes.get(name));
}

const inputOf = ({ tf }: Tensorflow, { input }: MixedStage) =>
  tf.tensor4d(
    Float32Array.from({ length: 2 * input.height * input.width * input.channels }, (_, place) => Math.cos(place)),
    [2, input.height, input.width, input.channels],
  );

const dropped =
  ({ tf }: Tensorflow) =>
  () =>
  (mean: Tensor, variance: Tensor) =>
    tf.dispose([mean, variance]);

/** What the stage of a finished network gives, its weights those of the module's operators. */
function stageOfNetwork(engine: Tensorflow, module: MixedStage, content: readonly string[]): Tensor {
  const other = "[c3]";
  const own = `[${content.join(" ")}]`;
  const genotype = decodeGenotype(tinySpace, module.stage === 0 ? own + other : other + own);
  const prefix = `s${module.stage + 1}l`;
  const nodes = networkFromGraph(toGraph(tinySpace, genotype), bits).nodes.filter(({ id }) => id.startsWith(prefix));
  const module_ = parametersOf(engine, module);
  const fromOutside = (id: string) => (id.startsWith(prefix) ? id : "input");
  return forwardNodes(
    {
      engine,
      nodes: nodes.map((node) => ({ ...node, inputs: node.inputs.map(fromOutside) }) as NetworkNode),
      // "s1l2.conv1.weight" of the network is "s1l2.b3.conv1.weight" of the module.
      parameter: (name) =>
        module_(name.replace(/^(s\d+l(\d+))\./, (_, id: string, l: string) => `${id}.${content[Number(l) - 1]}.`)),
      statistics: dropped(engine),
    },
    inputOf(engine, module),
  ).last;
}

describe("the supernet's modules", () => {
  for (const module of mixedStages(tinySpace)) {
    const oneHot = (engine: Tensorflow, content: readonly string[]) => {
      const { tf } = engine;
      const shares = content.map((chosen) => tf.tensor1d(words.map((word) => (word === chosen ? 1 : 0))));
      const pass = {
        engine,
        stage: module,
        shares,
        parameter: parametersOf(engine, module),
        statistics: dropped(engine),
      };
      return mixStage(pass, inputOf(engine, module));
    };

    itWithTensorflow(
      `stage ${module.stage + 1}: are a stage of a network of the space wherever shares are 0 and 1`,
      (engine) => {
        for (const first of words.slice(1)) {
          for (const second of words) {
            const [found, wanted] = engine.tf.tidy(() => [
              numbers(oneHot(engine, [first, second])),
              numbers(stageOfNetwork(engine, module, [first, second])),
            ]);
            expect(found.length, `${first} ${second}`).to.equal(wanted.length);
            found.forEach((value, place) => expect(value, `${first} ${second}`).to.be.closeTo(wanted[place], 1e-4));
          }
        }
      },
    ).timeout(30_000);

    itWithTensorflow(
      `stage ${module.stage + 1}: are the shortcut where the stage is empty, whatever stands behind`,
      (engine) => {
        const wanted = engine.tf.tidy(() => numbers(shortcut(engine, inputOf(engine, module), module.output)));
        for (const second of words) {
          const found = engine.tf.tidy(() => numbers(oneHot(engine, ["-", second])));
          found.forEach((value, place) => expect(value).to.be.closeTo(wanted[place], 1e-4));
        }
      },
    );

    itWithTensorflow(`stage ${module.stage + 1}: let every operator's weights and share learn`, (engine) => {
      const { tf } = engine;
      const nodes = module.layers.flatMap(({ operators }) => operators.flatMap((operator) => operator.nodes));
      const names = parameterSlots(nodes, false).map(({ name }) => name);
      tf.tidy(() => {
        const parameter = parametersOf(engine, module);
        const lossOf = (...tensors: Tensor[]) => {
          const coefficients = tensors.slice(names.length);
          const pass = {
            engine,
            stage: module,
            shares: coefficients.map((row) => tf.softmax(row)),
            parameter: (name: string) => tensors[names.indexOf(name)],
            statistics: dropped(engine),
          };
          const map = mixStage(pass, inputOf(engine, module));
          return tf.sum(tf.mul(map, tf.cos(tf.reshape(tf.range(0, map.size), map.shape))));
        };
        const rows = module.layers.map(() => tf.tensor1d(words.map((_, place) => place / 10)));
        const { grads } = tf.valueAndGrads(lossOf)([...names.map(parameter), ...rows]);
        grads.forEach((gradient, place) => {
          const largest = Math.max(...numbers(gradient).map(Math.abs));
          expect(largest, names[place] ?? "share").to.be.greaterThan(0);
        });
      });
    }).timeout(30_000);
  }
});
