import type { Shape } from "./shape.js";
import { inferShapes, type ShapedGraph } from "./shapes.js";

/** A node with weights as a matrix: what an array holds, and how often an image passes it. */
export interface GraphMatrix {
  id: string;
  op: "conv" | "fc";
  /** Node that feeds it. */
  source: string;
  inShape: Shape;
  outShape: Shape;
  rows: number;
  outputs: number;
  /** Outputs that have a bias of their own: 1 for fc, 0 for conv, whose bias is batch-norm's. */
  bias: 0 | 1;
  /** Input vectors an image. */
  positions: number;
}

/** The nodes with weights, in order. @throws NAS_NETWORK_SHAPE */
export function graphMatrices(graph: ShapedGraph): GraphMatrix[] {
  const shapes = inferShapes(graph);
  return graph.nodes.flatMap((node): GraphMatrix[] => {
    if (node.op !== "conv" && node.op !== "fc") return [];
    const [source] = node.inputs;
    const [inShape, outShape] = [shapes.get(source)!, shapes.get(node.id)!];
    const seen = node.op === "conv" ? node.kernel ** 2 : inShape.height * inShape.width;
    return [
      {
        id: node.id,
        op: node.op,
        source,
        inShape,
        outShape,
        rows: seen * inShape.channels,
        outputs: outShape.channels,
        bias: node.op === "fc" ? 1 : 0,
        positions: outShape.height * outShape.width,
      },
    ];
  });
}

/** Parameters as NAS4CIM counts them: conv and fc weights and the fc bias; batch-norm left out. @throws NAS_NETWORK_SHAPE */
export function countParameters(graph: ShapedGraph): number {
  return sumOverMatrices(graph, ({ rows, outputs, bias }) => (rows + bias) * outputs);
}

/** Multiply-accumulates of one image; twice this is NAS4CIM's MOPs. @throws NAS_NETWORK_SHAPE */
export function countMacs(graph: ShapedGraph): number {
  return sumOverMatrices(graph, ({ rows, outputs, positions }) => rows * outputs * positions);
}

function sumOverMatrices(graph: ShapedGraph, value: (matrix: GraphMatrix) => number): number {
  return graphMatrices(graph).reduce((sum, matrix) => sum + value(matrix), 0);
}
