import type { Tensor } from "../../../src/train/tensorflow.js";
import { isNasError } from "../../../src/base/errors.js";
import { loadTensorflow, type Tensorflow } from "../../../src/train/tensorflow.js";

/** A test that needs TensorFlow: pending, with the cure in its title, where it is not installed. */
export function itWithTensorflow(title: string, body: (engine: Tensorflow) => void | Promise<void>): Mocha.Test {
  return it(title, async function () {
    let engine: Tensorflow;
    try {
      engine = await loadTensorflow();
    } catch (error) {
      if (!isNasError(error, "NAS_TRAIN_TENSORFLOW")) throw error;
      this.test!.title += ` (pending: ${error.hint})`;
      this.skip();
    }
    await body(engine);
  });
}

/** The tensor's numbers. */
export function numbers(tensor: Tensor): number[] {
  return Array.from(tensor.dataSync());
}
