import { networkFromGraph } from "../../network/from-graph.js";
import type { NetworkNode } from "../../network/network.js";
import type { Shape } from "../../network/shape.js";
import { operatorWords } from "../space/choices.js";
import { layerChoices } from "../space/explore.js";
import { isOperation, type OperationLayer } from "../space/genotype.js";
import { GraphBuilder } from "../space/graph-builder.js";
import { type Operation, operations } from "../space/operations.js";
import { stageShapes } from "../space/stage-shapes.js";
import type { SearchSpace } from "../space/space.js";
import { readingInput } from "./frozen-network.js";

/** The supernet module S_i of a stage, as plain data: layers in a chain, each holding all operators at once. */
export interface MixedStage {
  /** From 0. */
  stage: number;
  input: Shape;
  output: Shape;
  layers: MixedLayer[];
}

/** One searched layer: its operators in the order of the space, "none" first. */
export interface MixedLayer {
  operators: MixedOperator[];
}

export interface MixedOperator {
  /** As a genotype writes it: "r5m16". */
  word: string;
  /** What it computes, from "input" on; its last node gives its output. None: "none". */
  nodes: NetworkNode[];
}

/** The modules of a space's stages, by the very operations that its networks are made of. */
export function mixedStages(space: SearchSpace): MixedStage[] {
  const { input, outputs } = stageShapes(space);
  return outputs.map((output, stage) => {
    const from = stage === 0 ? input : outputs[stage - 1];
    return { stage, input: from, output, layers: layersOf(space, stage, from, output) };
  });
}

function layersOf(space: SearchSpace, stage: number, from: Shape, output: Shape): MixedLayer[] {
  const words = operatorWords(space);
  return Array.from({ length: space.layersPerStage }, (_, layer) => {
    const isFirst = layer === 0;
    const place = {
      space,
      input: isFirst ? from : output,
      output,
      stride: isFirst ? space.stages[stage].stride : 1,
    };
    const operators = layerChoices(space).map((choice, operator) => ({
      word: words[operator],
      nodes: isOperation(choice) ? nodesOf(choice, `s${stage + 1}l${layer + 1}.${words[operator]}`, place) : [],
    }));
    return { operators };
  });
}

/** Of the operators where they are measured on a chip, as chosen networks have them; the supernet itself is in float. */
const bits = { weights: 4, activations: 4, image: 8, addends: 8 };

/**
 * The operator's nodes as they stand in a network between other layers: which of its convolutions have a rectifier depends
 * on who reads them, so it is built within a small network, and cut out of it.
 */
function nodesOf(
  layer: OperationLayer,
  id: string,
  { space, input, output, stride }: { space: SearchSpace; input: Shape; output: Shape; stride: number },
): NetworkNode[] {
  const builder = new GraphBuilder();
  const before = builder.conv(`${id}.before`, "input", 1, 1, input.channels);
  const operation: Operation = operations[layer.op];
  const last = operation.addTo(builder, layer, {
    id,
    from: before,
    inChannels: input.channels,
    outChannels: output.channels,
    stride,
    shortcut: space.shortcut,
  });
  builder.fc(`${id}.fc`, builder.globalAveragePool(`${id}.pool`, last), 2);
  const network = networkFromGraph({ name: id, input: { ...input }, nodes: builder.nodes }, bits);
  return readingInput(network.nodes.slice(1, -2), before);
}
