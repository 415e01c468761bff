import { expect } from "chai";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import type { NamedTensors, Tensor, Tensorflow } from "../../../../src/engine/engine.js";
import { expectNasError } from "../../../support/expect-nas-error.js";
import { itWithTensorflow, numbers } from "../../../support/it-with-tensorflow.js";

/** A test of graphs, which one engine has. */
function itRecords(title: string, body: (engine: Tensorflow, record: NonNullable<Tensorflow["record"]>) => void): void {
  itWithTensorflow(title, (engine) => body(engine, engine.record!), ["tfjs-node"]);
}

/** What a graph gives for these numbers: one input "x" and outputs by name. */
function runOn(
  { tf }: Tensorflow,
  graph: { run: (inputs: { x: Tensor }) => NamedTensors },
  x: number[],
): Record<string, number[]> {
  return tf.tidy(() => {
    const outputs = graph.run({ x: tf.tensor1d(x) });
    return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, numbers(tensor!)]));
  });
}

describe("recordGraph", () => {
  itRecords("repeats the operations on other numbers, outputs by their names", (engine, record) => {
    const { tf } = engine;
    const x: Tensor = tf.tensor1d([0, 0, 0]);
    const graph = record({ x }, (inputs) => {
      const halves = tf.split(tf.add(tf.concat([inputs.x, inputs.x]), tf.tensor1d([1, 2, 3, 10, 20, 30])), 2);
      return { later: halves[1], earlier: halves[0], largest: tf.argMax(inputs.x) };
    });
    expect(runOn(engine, graph, [1, 2, 3])).to.deep.equal({ earlier: [2, 4, 6], later: [11, 22, 33], largest: [2] });
    expect(runOn(engine, graph, [5, 0, 0])).to.deep.equal({ earlier: [6, 2, 3], later: [15, 20, 30], largest: [0] });
    graph.dispose();
    x.dispose();
  });

  itRecords("takes attributes of every kind, and tensors of whole numbers and truths", (engine, record) => {
    const { tf } = engine;
    const images = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
    const labels = tf.tensor1d([2, 0], "int32");
    const graph = record({ images, labels }, (inputs) => {
      const pooled = tf.maxPool(inputs.images as never, 2, 1, "valid");
      const [padded] = engine.run(
        "Conv2D",
        {
          T: { type: "float32" },
          strides: { int: [1, 1, 1, 1] },
          padding: { string: "EXPLICIT" },
          explicit_paddings: { int: [0, 0, 1, 0, 1, 0, 0, 0] },
        },
        [inputs.images, tf.ones([2, 2, 1, 1])],
      );
      const [normalized] = engine.run(
        "FusedBatchNormV3",
        { T: { type: "float32" }, U: { type: "float32" }, epsilon: { float: 0.5 }, is_training: { bool: false } },
        [inputs.images, tf.tensor1d([2]), tf.tensor1d([1]), tf.tensor1d([5]), tf.tensor1d([3.5])],
        6,
      );
      const chosen = tf.where(tf.tensor1d([true, false], "bool"), tf.tensor1d([1, 1]), tf.tensor1d([-1, -1]));
      return { pooled, padded, normalized, chosen, hot: tf.oneHot(inputs.labels, 3) };
    });
    tf.tidy(() => {
      const found = graph.run({ images: tf.mul(images, 2), labels: tf.tensor1d([1, 2], "int32") });
      expect(numbers(found.pooled)).to.deep.equal([10, 12, 16, 18]);
      expect(numbers(found.padded)).to.deep.equal([2, 6, 10, 10, 24, 32, 22, 48, 56]);
      // 2·(x − 5)/√(3.5 + 0.5) + 1
      expect(numbers(found.normalized)).to.deep.equal([-2, 0, 2, 4, 6, 8, 10, 12, 14]);
      expect(numbers(found.chosen)).to.deep.equal([1, -1]);
      expect(numbers(found.hot)).to.deep.equal([0, 1, 0, 0, 0, 1]);
    });
    graph.dispose();
    tf.dispose([images, labels]);
  });

  itRecords("rounds as the operations do where it is to be exact", (engine, record) => {
    const { tf } = engine;
    const images: Tensor = tf.tensor4d([3, 5, 7, 11], [1, 2, 2, 1]);
    // (11·7)·0.1 rounds to another float32 than 11·(7·0.1): a factor moved into the weights shows.
    const work = (inputs: { images: Tensor }) => ({
      scaled: tf.mul(tf.conv2d(inputs.images as never, tf.tensor4d([7], [1, 1, 1, 1]), 1, "valid"), tf.tensor1d([0.1])),
    });
    const exact = [21, 35, 49, 77].map((sum) => Math.fround(sum * Math.fround(0.1)));
    const graph = record({ images }, work, { exact: true });
    tf.tidy(() => {
      expect(numbers(graph.run({ images }).scaled)).to.deep.equal(exact);
      expect(numbers(work({ images }).scaled)).to.deep.equal(exact);
    });
    graph.dispose();
    images.dispose();
  });

  itRecords("leaves nothing behind: no tensor, no folder", (engine, record) => {
    const { tf } = engine;
    const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("nas4cim-graph-"));
    const before = { tensors: tf.memory().numTensors, folders: folders() };
    const x = tf.tensor1d([1]);
    const graph = record({ x }, (inputs) => ({ sum: tf.add(inputs.x, 1), product: tf.mul(inputs.x, 2) }));
    expect(tf.memory().numTensors).to.equal(before.tensors + 1);
    tf.dispose(graph.run({ x }));
    expect(tf.memory().numTensors).to.equal(before.tensors + 1);
    graph.dispose();
    x.dispose();
    expect(tf.memory().numTensors).to.equal(before.tensors);
    expect(folders()).to.deep.equal(before.folders);
  });

  itRecords("refuses what no graph can do", (engine, record) => {
    const { tf } = engine;
    const x = tf.tensor1d([1]);
    const stranger = tf.keep(tf.add(x, 1));
    const reading = () => record({ x }, (inputs) => ({ y: tf.scalar(tf.add(inputs.x, 1).dataSync()[0]) }));
    expect(expectNasError("NAS_TRAIN_TENSORFLOW", reading).message).to.match(/read a tensor's numbers/);
    const capturing = () => record({ x }, (inputs) => ({ y: tf.add(inputs.x, stranger) }));
    expect(expectNasError("NAS_TRAIN_TENSORFLOW", capturing).message).to.match(/not among their inputs/);
    // After a refusal operations run as before.
    expect(numbers(tf.tidy(() => tf.add(x, stranger)))).to.deep.equal([3]);
    tf.dispose([x, stranger]);
  });

  itRecords("says where temporary files cannot be written", (engine, record) => {
    const { tf } = engine;
    const before = process.env.TMPDIR;
    process.env.TMPDIR = "/no/such/folder";
    const x = tf.tensor1d([1]);
    try {
      const error = expectNasError("NAS_TRAIN_TENSORFLOW", () =>
        record({ x }, (inputs) => ({ y: tf.add(inputs.x, 1) })),
      );
      expect(error.message).to.contain("/no/such/folder");
      expect(error.hint).to.contain("TMPDIR");
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
      x.dispose();
    }
  });
});
