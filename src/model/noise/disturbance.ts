import type { CellDraws } from "../../device/program-cells.js";
import type { Placement } from "../../mapping/placement.js";
import { bitsOf, quantizerOf } from "../../network/integers.js";
import type { ConvNode, FcNode, NetworkDescription } from "../../network/network.js";
import { roundHalfEven } from "../../network/quantize.js";
import { weightLevels } from "../lsq/lsq.js";
import type { Tensor, Tensorflow } from "../../engine/tensorflow.js";
import { adcSums } from "./adc-sums.js";
import {
  type IntegerLayer,
  linesOfLayer,
  matrixSize,
  placeForTraining,
  type TileLines,
  weightsOfLines,
} from "./layer-cells.js";
import type { NoiseSettings } from "./noise-settings.js";
import { normalTensor } from "./normal-tensor.js";
import { straightThrough } from "./straight-through.js";

/** What hardware does to a layer in one training step. */
export interface Disturbance {
  /** The weights that compute instead of these. */
  weight(node: ConvNode | FcNode, weight: Tensor): Tensor;
  /** The sums that leave the converters instead of these, the exact ones of `input` and the disturbed weights. */
  sums(node: ConvNode | FcNode, sums: Tensor, input: Tensor): Tensor;
}

/** What a disturbance asks of the training. */
export interface DisturbanceContext {
  engine: Tensorflow;
  network: Pick<NetworkDescription, "input" | "nodes">;
  /** Begins every key; further errors of the same step differ by layer. */
  key: readonly (string | number)[];
}

/** What the disturbances of one step share. */
interface StepState {
  step: number;
  linesOf: (node: ConvNode | FcNode) => TileLines[];
  parameter: (name: string) => Tensor;
}

/**
 * Makes each step's disturbance of a training. Errors depend on the key, the step and the layer alone, so that a resumed
 * training sees the same; those of cells on (seed, chip, tile, row, column) as in the simulator, the seed being the number
 * of the writing.
 */
export class Disturber {
  readonly #settings: NoiseSettings;
  readonly #context: DisturbanceContext;
  readonly #placement: Placement | undefined;
  /** A writing's draws by tile: they outlast the step, while the weights that they act on move. */
  #draws = new Map<number, CellDraws>();
  #writing = -1;

  constructor(settings: NoiseSettings, context: DisturbanceContext) {
    this.#settings = settings;
    this.#context = context;
    this.#placement = settings.macro && placeForTraining(context.network, settings.macro);
  }

  /** The disturbance of a step (from 0 on), with its parameters by name. */
  at(step: number, parameter: (name: string) => Tensor): Disturbance {
    const lines = new Map<string, TileLines[]>();
    const linesOf = (node: ConvNode | FcNode): TileLines[] => {
      const found = lines.get(node.id) ?? this.#lines(node, integerLayer(node, parameter), step);
      lines.set(node.id, found);
      return found;
    };
    const now = { step, linesOf, parameter };
    return {
      weight: (node, weight) => this.#weight(node, weight, now),
      sums: (node, sums, input) => this.#sums(node, sums, input, now),
    };
  }

  #weight(node: ConvNode | FcNode, weight: Tensor, { step, linesOf, parameter }: StepState): Tensor {
    const { engine, key } = this.#context;
    const { tf } = engine;
    const { weights: gaussian, cells, macro } = this.#settings;
    let disturbed = weight;
    if (gaussian) {
      disturbed = straightThrough(engine, disturbed, (exact) =>
        withRelativeNoise(engine, exact, gaussian.relativeSigma, [...key, "weights", step, node.id]),
      );
    }
    if (cells) {
      disturbed = straightThrough(engine, disturbed, (exact) => {
        const held = weightsOfLines(linesOf(node), macro!, matrixSize(node));
        return tf.mul(tf.tensor(held, exact.shape), parameter(`${node.id}.weight_step`));
      });
    }
    return disturbed;
  }

  #sums(node: ConvNode | FcNode, sums: Tensor, input: Tensor, { step, linesOf, parameter }: StepState): Tensor {
    const { engine, key, network } = this.#context;
    const { tf } = engine;
    const { sums: gaussian, adc, macro } = this.#settings;
    let disturbed = sums;
    if (adc) {
      const [source] = node.inputs;
      const quantizer = quantizerOf(network.nodes, source);
      const unit = quantizer ? parameter(`${quantizer.id}.output_step`) : tf.scalar(network.input.step);
      const integers = tf.round(tf.div(input, unit));
      const converted = adcSums(engine, node, integers, {
        inputBits: bitsOf(network, source),
        lines: linesOf(node),
        adc,
        macro: macro!,
        normal: (shape, tile, plane) => normalTensor(engine, shape, [...key, "read", step, tile, plane]),
      });
      disturbed = tf.mul(tf.mul(converted, unit), parameter(`${node.id}.weight_step`));
    }
    if (!gaussian) return disturbed;
    return withRelativeNoise(engine, disturbed, gaussian.relativeSigma, [...key, "sums", step, node.id]);
  }

  #lines(node: ConvNode | FcNode, layer: IntegerLayer, step: number): TileLines[] {
    const { cells } = this.#settings;
    if (!cells) return linesOfLayer(this.#placement!, node.id, layer);
    const seed = Math.floor(step / cells.redrawSteps);
    if (seed !== this.#writing) {
      this.#writing = seed;
      this.#draws = new Map();
    }
    return linesOfLayer(this.#placement!, node.id, layer, { settings: cells, seed, draws: this.#draws });
  }
}

/** Adds Gaussian noise whose standard deviation is a share of the largest magnitude. */
function withRelativeNoise(
  engine: Tensorflow,
  exact: Tensor,
  relativeSigma: number,
  key: readonly (string | number)[],
): Tensor {
  const { tf } = engine;
  const sigma = tf.mul(tf.max(tf.abs(exact)), relativeSigma);
  return tf.add(exact, tf.mul(normalTensor(engine, exact.shape, key), sigma));
}

/** The weights as the bench writes them, from the parameters of the step. */
function integerLayer(node: ConvNode | FcNode, parameter: (name: string) => Tensor): IntegerLayer {
  const { rows, outputs } = matrixSize(node);
  const real = parameter(`${node.id}.weight`).dataSync() as Float32Array;
  const steps = parameter(`${node.id}.weight_step`).dataSync() as Float32Array;
  const { below, above } = weightLevels(node.weightBits);
  const weights = new Int16Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      const ratio = Math.fround(real[row * outputs + output] / steps[output % steps.length]);
      weights[output * rows + row] = Math.max(-below, Math.min(above, roundHalfEven(ratio)));
    }
  }
  return { rows, weights };
}
