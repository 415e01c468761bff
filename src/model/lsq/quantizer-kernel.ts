import type { OpAttribute, Tensor, Tensorflow } from "../../engine/tensorflow.js";

/** The integers a quantizer may give: −below … above (Qn and Qp of the paper). */
export interface LevelRange {
  below: number;
  above: number;
}

/** The two passes of LSQ over whole arrays; a step is [1], or [channels] for the last axis where the kernel takes that. */
export interface QuantizerKernel {
  /** s·round(clip(v/s, −Qn, Qp)), ties to even. */
  quantize(values: Tensor, step: Tensor, levels: LevelRange): Tensor;
  /** `upstream` where −Qn < v/s < Qp, else 0. */
  passInside(upstream: Tensor, values: Tensor, step: Tensor, levels: LevelRange): Tensor;
}

/** In plain functions, one pass over memory each: the specification. v/s is float32's quotient, as an export takes it. */
export function plainKernel({ tf }: Tensorflow): QuantizerKernel {
  return {
    quantize: (values, step, { below, above }) =>
      // Not -below: negating 0 would give −0, which shows in the output.
      tf.mul(tf.round(tf.clipByValue(tf.div(values, step), 0 - below, above)), step),
    passInside(upstream, values, step, { below, above }) {
      const lowest = tf.mul(step, 0 - below);
      const highest = tf.mul(step, above);
      const inside = tf.logicalAnd(tf.greater(values, lowest), tf.less(values, highest));
      return tf.mul(upstream, tf.cast(inside, "float32"));
    },
  };
}

/**
 * In TensorFlow's fused operations, a third of the time; undefined where the engine has none. One step for all values.
 * v is multiplied by 1/s in float32, so a value within a unit in the last place of a tie may round to the other side.
 */
export function fusedKernel(engine: Tensorflow): QuantizerKernel | undefined {
  if (!fusedKernels.has(engine)) fusedKernels.set(engine, hasFusedOperations(engine) ? fused(engine) : undefined);
  return fusedKernels.get(engine);
}

const fusedKernels = new WeakMap<Tensorflow, QuantizerKernel | undefined>();

const float: OpAttribute = { type: "float32" };

/** float32's next number towards 0, for normal numbers: multiplying by it moves by more than half a unit, at most one. */
const towardsZero = 1 - 2 ** -24;

/** The smallest positive normal float32. */
const leastPositive = 2 ** -126;

function fused(engine: Tensorflow): QuantizerKernel {
  const { tf } = engine;
  const scalarOf = (step: Tensor, factor: number) => tf.reshape(tf.mul(step, factor), []);
  return {
    quantize(values, step, { below, above }) {
      const isSigned = below > 0;
      const attributes: Record<string, OpAttribute> = {
        T: float,
        signed_input: { bool: isSigned },
        num_bits: { int: Math.log2(above + 1) + (isSigned ? 1 : 0) },
        range_given: { bool: true },
        narrow_range: { bool: isSigned },
        round_mode: { string: "HALF_TO_EVEN" },
        axis: { int: -1 },
      };
      const range = [scalarOf(step, 0 - below), scalarOf(step, above)];
      return engine.run("QuantizeAndDequantizeV2", attributes, [values, ...range])[0];
    },
    passInside(upstream, values, step, { below, above }) {
      // The operation takes the ends of the range for inside; the numbers next to them make it exclude them.
      const inward = (factor: number) => tf.mul(scalarOf(step, factor), towardsZero);
      const lowest = below === 0 ? tf.scalar(leastPositive) : inward(-below);
      const attributes = { T: float, axis: { int: -1 } };
      return engine.run("QuantizeAndDequantizeV4Grad", attributes, [upstream, values, lowest, inward(above)], 3)[0];
    },
  };
}

function hasFusedOperations(engine: Tensorflow): boolean {
  const levels = { below: 1, above: 1 };
  try {
    engine.tf.tidy(() => {
      const one = engine.tf.ones([1]);
      const kernel = fused(engine);
      kernel.passInside(one, kernel.quantize(one, one, levels), one, levels);
    });
    return true;
  } catch {
    // An engine that does not run TensorFlow's own operations: the plain functions give the same.
    return false;
  }
}
