import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { classificationLoss } from "../../../src/train/loss.js";
import { expectClose } from "../../support/close-to.js";
import { itWithTensorflow, numbers } from "../../support/it-with-tensorflow.js";

interface LossCase {
  logits: number[];
  teacher: number[];
  labels: number[];
  labelSmoothing: number;
  weight: number;
  temperature: number;
  hard: number;
  total: number;
  gradient: number[];
}

const vectorFile = join(packageRoot(), "fixtures/vectors/training-pytorch.json");
const { loss: vector } = JSON.parse(readFileSync(vectorFile, "utf8")) as { loss: LossCase };

describe("classificationLoss", () => {
  itWithTensorflow("agrees with PyTorch with smoothed labels, and with a teacher", (engine) => {
    const { tf } = engine;
    tf.tidy(() => {
      const { labelSmoothing, weight, temperature } = vector;
      const targets = { labels: tf.tensor1d(vector.labels, "int32"), classes: 5, labelSmoothing };
      const logits = tf.tensor2d(vector.logits, [4, 5]);
      const features = tf.tensor2d([0, 1, 2, 3, 4, 5, 6, 7], [4, 2]);
      expect(numbers(classificationLoss(engine, { logits, features }, targets))[0]).to.be.closeTo(vector.hard, 1e-6);

      const teacher = { logits: tf.tensor2d(vector.teacher, [4, 5]), features, weight, temperature, featureWeight: 0 };
      const taught = tf.valueAndGrads((z) =>
        classificationLoss(engine, { logits: z, features }, { ...targets, teacher }),
      );
      const { value, grads } = taught([logits]);
      expect(numbers(value)[0]).to.be.closeTo(vector.total, 1e-5);
      expectClose(numbers(grads[0]), vector.gradient, 1e-5);

      // Features 1 and 3 off in one of four images, two features each: (1 + 9) / 8 on average, and its gradient 2·d/8.
      const other = tf.tensor2d([1, 4, 2, 3, 4, 5, 6, 7], [4, 2]);
      const compared = tf.valueAndGrads((f) =>
        classificationLoss(engine, { logits, features: f }, { ...targets, teacher: { ...teacher, featureWeight: 2 } }),
      )([other]);
      expect(numbers(compared.value)[0]).to.be.closeTo(vector.total + (2 * 10) / 8, 1e-5);
      expectClose(numbers(compared.grads[0]), [0.5, 1.5, 0, 0, 0, 0, 0, 0], 1e-6);
    });
  });
});
