import type { Tensor } from "../../src/engine/tensorflow.js";
import { isNasError } from "../../src/base/errors.js";
import { type EngineKind, engineKinds } from "../../src/engine/engine.js";
import { loadTensorflow, type Tensorflow } from "../../src/engine/tensorflow.js";

/**
 * A test of training code, once on each engine: pending, with the cure in its title, where an engine is not installed.
 * `kinds` names the engines where the test is about one of them.
 */
export function itWithTensorflow(
  title: string,
  body: (engine: Tensorflow) => void | Promise<void>,
  kinds: readonly EngineKind[] = engineKinds,
): { timeout: (ms: number) => void } {
  const tests = kinds.map((kind) =>
    it(`${title} [${kind}]`, async function () {
      let engine: Tensorflow;
      try {
        engine = await loadTensorflow(kind);
      } catch (error) {
        if (!isNasError(error, "NAS_TRAIN_TENSORFLOW")) throw error;
        this.test!.title += ` (pending: ${error.hint})`;
        this.skip();
      }
      await body(engine);
    }),
  );
  return { timeout: (ms) => tests.forEach((test) => test.timeout(ms)) };
}

/** The tensor's numbers; a zero without its sign, which engines treat differently and nothing depends on. */
export function numbers(tensor: Tensor): number[] {
  return Array.from(tensor.dataSync(), (value) => value + 0);
}
