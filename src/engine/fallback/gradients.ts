import type { GradConfig, NamedAttrMap, Tensor, TensorflowFunctions } from "../engine.js";

/**
 * The derivatives of the tfjs operations that a training pass is differentiated through: the build of tfjs-core that Node
 * loads has none, and the only package that registers them for Node is tfjs-node. By tfjs's names of the operations.
 */
export function registerFallbackGradients(tf: TensorflowFunctions): void {
  for (const config of gradients(tf)) {
    // Where tfjs-node is in the same process, its own are there.
    if (!tf.getGradient(config.kernelName)) tf.registerGradient(config);
  }
}

function gradients(tf: TensorflowFunctions): GradConfig[] {
  /** The gradient of a value that was broadcast to a larger shape: the sum over all that it became. */
  const summedTo = (gradient: Tensor, { shape }: Tensor): Tensor => {
    const added = gradient.rank - shape.length;
    const axes = gradient.shape.map((_, axis) => axis).filter((axis) => axis < added || shape[axis - added] === 1);
    return tf.reshape(axes.length === 0 ? gradient : tf.sum(gradient, axes), shape);
  };
  /** The gradient of a sum over `axis` in each summand: the same for all of them. */
  const spread = (gradient: Tensor, summands: Tensor, axis: unknown): Tensor => {
    const axes = tf.util.parseAxisParam(axis as number[], summands.shape);
    const kept = summands.shape.map((side, place) => (axes.includes(place) ? 1 : side));
    return tf.mul(tf.reshape(gradient, kept), tf.ones(summands.shape));
  };
  const ofTwo = (
    kernelName: string,
    inA: (upstream: Tensor, a: Tensor, b: Tensor) => Tensor,
    inB: (upstream: Tensor, a: Tensor, b: Tensor) => Tensor,
  ): GradConfig => ({
    kernelName,
    inputsToSave: ["a", "b"],
    gradFunc: (upstream, [a, b]) => ({
      a: () => summedTo(inA(one(upstream), a, b), a),
      b: () => summedTo(inB(one(upstream), a, b), b),
    }),
  });
  const ofOne = (
    kernelName: string,
    inX: (upstream: Tensor, x: Tensor, attributes: NamedAttrMap) => Tensor,
  ): GradConfig => ({
    kernelName,
    inputsToSave: ["x"],
    gradFunc: (upstream, [x], attributes) => ({ x: () => inX(one(upstream), x, attributes) }),
  });

  return [
    ofTwo(
      "Add",
      (upstream) => upstream,
      (upstream) => upstream,
    ),
    ofTwo(
      "Sub",
      (upstream) => upstream,
      (upstream) => tf.neg(upstream),
    ),
    ofTwo(
      "Multiply",
      (upstream, _a, b) => tf.mul(upstream, b),
      (upstream, a) => tf.mul(upstream, a),
    ),
    ofTwo(
      "RealDiv",
      (upstream, _a, b) => tf.div(upstream, b),
      (upstream, a, b) => tf.neg(tf.div(tf.mul(upstream, a), tf.square(b))),
    ),
    ofOne("Neg", (upstream) => tf.neg(upstream)),
    ofOne("Square", (upstream, x) => tf.mul(upstream, tf.mul(x, 2))),
    ofOne("Relu", (upstream, x) => tf.mul(upstream, tf.step(x))),
    ofOne("Identity", (upstream) => tf.clone(upstream)),
    ofOne("Reshape", (upstream, x) => tf.reshape(upstream, x.shape)),
    ofOne("Sum", (upstream, x, { axis }) => spread(upstream, x, axis)),
    ofOne("Mean", (upstream, x, { axis }) => tf.mul(spread(upstream, x, axis), upstream.size / x.size)),
    {
      kernelName: "LogSoftmax",
      outputsToSave: [true],
      gradFunc: (upstream, [logarithms], { axis }) => ({
        logits: () => {
          const total = tf.sum(one(upstream), axis as number, true);
          return tf.sub(one(upstream), tf.mul(total, tf.exp(logarithms)));
        },
      }),
    },
    {
      kernelName: "BatchMatMul",
      inputsToSave: ["a", "b"],
      gradFunc: (upstream, [a, b], { transposeA, transposeB }) => ({
        a: () =>
          transposeA
            ? tf.matMul(b, one(upstream), Boolean(transposeB), true)
            : tf.matMul(one(upstream), b, false, !transposeB),
        b: () =>
          transposeB
            ? tf.matMul(one(upstream), a, true, Boolean(transposeA))
            : tf.matMul(a, one(upstream), !transposeA, false),
      }),
    },
  ];
}

/** tfjs types a gradient as one tensor or several; only an operation of several results gets several. */
function one(upstream: Tensor | Tensor[]): Tensor {
  return upstream as Tensor;
}
