import { expect } from "chai";
import type { GradConfig, TensorflowFunctions } from "../../../../src/engine/engine.js";
import { registerFallbackGradients } from "../../../../src/engine/fallback/gradients.js";
import type { Tensor } from "../../../../src/engine/tensorflow.js";
import { itWithTensorflow, numbers } from "../../../support/it-with-tensorflow.js";

type Function = (tf: TensorflowFunctions, inputs: Tensor[]) => Tensor;

/** The gradients by name, taken from the registration itself: tfjs-node may have put its own into this process before. */
function registered(tf: TensorflowFunctions): Map<string, GradConfig> {
  const found = new Map<string, GradConfig>();
  const recording = {
    ...tf,
    getGradient: () => undefined,
    registerGradient: (one: GradConfig) => found.set(one.kernelName, one),
  };
  registerFallbackGradients(recording as unknown as TensorflowFunctions);
  return found;
}

/** Each operation with inputs, among them shapes that are broadcast, and the attributes that tfjs gives it. */
const cases: { kernel: string; call: Function; shapes: number[][]; attributes?: Record<string, unknown> }[] = [
  { kernel: "Add", call: (tf, [a, b]) => tf.add(a, b), shapes: [[2, 3], [3]] },
  {
    kernel: "Add",
    call: (tf, [a, b]) => tf.add(a, b),
    shapes: [
      [1, 3],
      [2, 1],
    ],
  },
  { kernel: "Sub", call: (tf, [a, b]) => tf.sub(a, b), shapes: [[3], [2, 3]] },
  {
    kernel: "Multiply",
    call: (tf, [a, b]) => tf.mul(a, b),
    shapes: [
      [2, 3],
      [2, 1],
    ],
  },
  { kernel: "Multiply", call: (tf, [a, b]) => tf.mul(a, b), shapes: [[], [2, 2]] },
  { kernel: "RealDiv", call: (tf, [a, b]) => tf.div(a, b), shapes: [[2, 3], [3]] },
  { kernel: "Neg", call: (tf, [x]) => tf.neg(x), shapes: [[4]] },
  { kernel: "Square", call: (tf, [x]) => tf.square(x), shapes: [[4]] },
  { kernel: "Relu", call: (tf, [x]) => tf.relu(x), shapes: [[6]] },
  { kernel: "Identity", call: (tf, [x]) => tf.clone(x), shapes: [[3]] },
  { kernel: "Reshape", call: (tf, [x]) => tf.reshape(x, [3, 2]), shapes: [[2, 3]] },
  { kernel: "Sum", call: (tf, [x]) => tf.sum(x, [0, 2]), shapes: [[2, 3, 2]], attributes: { axis: [0, 2] } },
  { kernel: "Sum", call: (tf, [x]) => tf.sum(x, 1, true), shapes: [[2, 3]], attributes: { axis: 1 } },
  { kernel: "Mean", call: (tf, [x]) => tf.mean(x, [1, 2]), shapes: [[2, 2, 2, 3]], attributes: { axis: [1, 2] } },
  { kernel: "Mean", call: (tf, [x]) => tf.mean(x), shapes: [[5]], attributes: { axis: null } },
  { kernel: "LogSoftmax", call: (tf, [x]) => tf.logSoftmax(x), shapes: [[2, 4]], attributes: { axis: -1 } },
  ...[false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => ({
      kernel: "BatchMatMul",
      call: (tf: TensorflowFunctions, [a, b]: Tensor[]) => tf.matMul(a, b, transposeA, transposeB),
      shapes: [transposeA ? [3, 2] : [2, 3], transposeB ? [4, 3] : [3, 4]],
      attributes: { transposeA, transposeB },
    })),
  ),
];

/** Numbers between 0.5 and 1.5, with signs in turn: none near 0, where ReLU bends and division is steep. */
function valuesOf(count: number, seed: number): number[] {
  return Array.from(
    { length: count },
    (_, at) => (at % 2 === 0 ? 1 : -1) * (0.5 + (((at + 1) * (seed + 3) * 37) % 101) / 101),
  );
}

describe("the fallback's gradients", () => {
  itWithTensorflow(
    "are the finite differences of each operation, broadcast shapes too",
    ({ tf }) => {
      const gradients = registered(tf);
      expect([...gradients.keys()].sort()).to.deep.equal([...new Set(cases.map(({ kernel }) => kernel))].sort());
      for (const { kernel, call, shapes, attributes = {} } of cases) {
        tf.tidy(() => {
          const lists = shapes.map((shape, place) =>
            valuesOf(
              shape.reduce((size, side) => size * side, 1),
              place,
            ),
          );
          const tensors = (values: number[][]) => values.map((list, place) => tf.tensor(list, shapes[place]));
          const inputs = tensors(lists);
          const output = call(tf, inputs);
          const weights = valuesOf(output.size, 7);
          const loss = (values: number[][]) =>
            numbers(call(tf, tensors(values))).reduce((sum, value, at) => sum + value * weights[at], 0);

          const { gradFunc, inputsToSave } = gradients.get(kernel)!;
          const saved = inputsToSave ? inputs : [output];
          const found = gradFunc(tf.tensor(weights, output.shape), saved, attributes as never);
          Object.values(found).forEach((gradient, place) => {
            const tensor = gradient();
            expect(tensor.shape, kernel).to.deep.equal(shapes[place]);
            numbers(tensor).forEach((slope, at) => {
              const moved = (by: number) =>
                lists.map((list, other) => (other === place ? list.with(at, list[at] + by) : list));
              const difference = (loss(moved(0.01)) - loss(moved(-0.01))) / 0.02;
              expect(slope, `${kernel}, input ${place}, element ${at}`).to.be.closeTo(difference, 3e-3);
            });
          });
        });
      }
    },
    ["wasm"],
  );

  itWithTensorflow(
    "leave those alone that tfjs-node brought",
    ({ tf }) => {
      const asked: string[] = [];
      const full = {
        ...tf,
        getGradient: (name: string) => asked.push(name),
        registerGradient: () => expect.fail("nothing was missing"),
      };
      registerFallbackGradients(full as unknown as TensorflowFunctions);
      expect(asked).to.include("LogSoftmax");
    },
    ["wasm"],
  );
});
