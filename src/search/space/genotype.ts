import type { OperationName, OperationSize } from "./operations.js";

/** A network of a search space, as plain data: what stands in each layer of each stage. */
export interface Genotype {
  stages: readonly (readonly Layer[])[];
}

/** One searched layer: nothing, or an operation. */
export type Layer = EmptyLayer | OperationLayer;

export interface EmptyLayer {
  op: "none";
}

export interface OperationLayer extends OperationSize {
  op: OperationName;
}

/** Whether a layer does anything. */
export function isOperation(layer: Layer): layer is OperationLayer {
  return layer.op !== "none";
}

/** The same network without its empty layers: genotypes that are equal after this are one network. */
export function withoutNone({ stages }: Genotype): Genotype {
  return { stages: stages.map((stage) => stage.filter(isOperation)) };
}
