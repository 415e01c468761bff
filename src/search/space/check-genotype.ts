import { NasError } from "../../base/errors.js";
import { type Genotype, isOperation, type Layer, type OperationLayer } from "./genotype.js";
import { type Operation, operations } from "./operations.js";
import type { SearchSpace } from "./space.js";

/** Refuses a genotype that is none of the space. @throws NAS_SEARCH_GENOTYPE naming stage, layer and what the space has */
export function checkGenotype(space: SearchSpace, genotype: Genotype): void {
  const { stages } = genotype;
  if (stages.length !== space.stages.length) {
    refuse(
      space,
      `it has ${stages.length} stages, the space ${space.stages.length}`,
      "give one group of layers a stage",
      {
        stages: stages.length,
      },
    );
  }
  stages.forEach((layers, stage) => {
    if (layers.length > space.layersPerStage) {
      refuse(
        space,
        `stage ${stage + 1} has ${layers.length} layers, the space allows ${space.layersPerStage}`,
        "leave layers out",
        { stage: stage + 1, layers: layers.length },
      );
    }
    layers.forEach((layer, position) => checkLayer(space, layer, `stage ${stage + 1}, layer ${position + 1}`));
  });
}

function checkLayer(space: SearchSpace, layer: Layer, where: string): void {
  if (!isOperation(layer)) return;
  const names = Object.values(space.operations);
  if (!names.includes(layer.op)) {
    refuse(space, `${where} is "${layer.op}"`, `the space's operations: none, ${names.join(", ")}`, { op: layer.op });
  }
  if (!space.kernels.includes(layer.kernel)) {
    refuse(space, `${where} has a kernel of ${layer.kernel}`, `the space's kernels: ${space.kernels.join(", ")}`, {
      kernel: layer.kernel,
    });
  }
  checkInnerChannels(space, layer, where);
}

function checkInnerChannels(space: SearchSpace, { op, channels }: OperationLayer, where: string): void {
  const operation: Operation = operations[op];
  const choices = operation.hasInnerChannels ? space.innerChannels : [];
  if (choices.length === 0 ? channels === undefined : channels !== undefined && choices.includes(channels)) return;
  const found = channels === undefined ? "no inner channels" : `${channels} inner channels`;
  refuse(
    space,
    `${where} (${op}) has ${found}`,
    choices.length === 0 ? "leave the inner channels out" : `the space's inner channels: ${choices.join(", ")}`,
    { op, channels },
  );
}

function refuse(space: SearchSpace, why: string, hint: string, context: Record<string, unknown>): never {
  throw new NasError("NAS_SEARCH_GENOTYPE", `no network of search space "${space.name}": ${why}`, {
    hint,
    context: { space: space.name, ...context },
  });
}
