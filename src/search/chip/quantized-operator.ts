import { NasError } from "../../base/errors.js";
import type { Tensor, Tensorflow } from "../../engine/tensorflow.js";
import { initialSteps } from "../../model/lsq/quantizers.js";
import { initialStep, activationLevels } from "../../model/lsq/lsq.js";
import type { NetworkNode } from "../../network/network.js";
import { quantize } from "../../network/quantize.js";
import type { QuantizedNetwork } from "../../network/quantized-network.js";
import type { Tensor as StoredTensor } from "../../network/safetensors.js";
import { networkTensors } from "../../network/tensors.js";
import type { NetworkValues } from "../../evaluate/inference.js";
import type { MapSource } from "../supernet/map-source.js";

/** An operator as the bench runs it, and the real value of one unit of what leaves it. */
export interface QuantizedOperator {
  network: QuantizedNetwork;
  /** Real value of one integer of its input, and the integers' bits. */
  inputStep: number;
  inputBits: number;
  outputStep: number;
}

/**
 * An operator of the supernet in integers: weights and activations at the bits of its nodes, with LSQ's first steps, those of
 * activations by `sample` [batch, height, width, channels]. Maps that enter it are unsigned, as all that leaves a rectifier.
 * @param grid of the maps that enter: their bits, and where it is known, the real value of one of their integers
 */
export function quantizeOperator(
  engine: Tensorflow,
  nodes: readonly NetworkNode[],
  values: NetworkValues,
  shape: Pick<MapSource, "height" | "width" | "channels">,
  sample: Tensor,
  { bits, step }: { bits: number; step?: number },
): QuantizedOperator {
  const { tf } = engine;
  const inputStep = step ?? initialStep(engine, sample, activationLevels(bits))[0];
  const shapes = new Map(networkTensors(nodes).map((tensor) => [tensor.name, tensor.shape]));
  const parameter = (name: string) => tf.tensor(values.get(name)!, shapes.get(name));
  const steps = initialSteps(engine, nodes, parameter, sample);
  const tensors = networkTensors(nodes).map(({ name, shape: tensorShape }): [string, StoredTensor] => {
    const data = steps.get(name) ?? values.get(name);
    if (data === undefined) throw missing(name);
    return [name, { dtype: "F32", shape: tensorShape, data }];
  });
  const { height, width, channels } = shape;
  const network = quantize({
    description: {
      format: "nas4cim-network",
      version: 1,
      name: nodes[0].id,
      input: { height, width, channels, bits, step: inputStep },
      nodes: [...nodes],
      provenance,
    },
    tensors: new Map(tensors),
    hash: "",
  });
  return { network, inputStep, inputBits: bits, outputStep: steps.get(`${nodes.at(-1)!.id}.output_step`)![0] };
}

/** It is never stored. */
const provenance = {
  summary: "an operator of a supernet",
  command: "",
  recipeHash: "",
  seed: 0,
  dataSha256: "",
  versions: {},
  trainedOn: "",
};

function missing(name: string): NasError {
  return new NasError("NAS_SEARCH_RESUME", `the supernet's weights lack "${name}"`, {
    hint: "remove the search's stage files: its stages are then trained anew",
    context: { tensor: name },
  });
}
