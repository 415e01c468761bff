import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { classificationLoss } from "../../../src/train/loss.js";
import { expectClose } from "./close-to.js";
import { itWithTensorflow, numbers } from "./it-with-tensorflow.js";

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
      expect(numbers(classificationLoss(engine, logits, targets))[0]).to.be.closeTo(vector.hard, 1e-6);

      const teacher = { logits: tf.tensor2d(vector.teacher, [4, 5]), weight, temperature };
      const taught = tf.valueAndGrads((z) => classificationLoss(engine, z, { ...targets, teacher }));
      const { value, grads } = taught([logits]);
      expect(numbers(value)[0]).to.be.closeTo(vector.total, 1e-5);
      expectClose(numbers(grads[0]), vector.gradient, 1e-5);
    });
  });
});
