import type { NamedTensors, RecordedGraph, Tensorflow } from "../engine.js";

/**
 * `work` as a graph, recorded by the first run, where the engine has graphs; else operation by operation. For inputs of
 * one shape; see `Tensorflow.record`.
 */
export function asGraph<Inputs extends NamedTensors, Outputs extends NamedTensors>(
  engine: Tensorflow,
  work: (inputs: Inputs) => Outputs,
  options?: { exact?: boolean },
): RecordedGraph<Inputs, Outputs> {
  let graph: RecordedGraph<Inputs, Outputs> | undefined;
  return {
    run(inputs) {
      graph ??= engine.record?.(inputs, work, options);
      return graph ? graph.run(inputs) : work(inputs);
    },
    dispose() {
      graph?.dispose();
      graph = undefined;
    },
  };
}
