import { MessageWriter } from "./protobuf.js";

/** What an attribute of a graph's node may hold; `type` is TensorFlow's number of a data type. */
export type GraphAttribute =
  | { kind: "int"; value: number | readonly number[] }
  | { kind: "float"; value: number | readonly number[] }
  | { kind: "bool"; value: boolean | readonly boolean[] }
  | { kind: "string"; value: string }
  | { kind: "type"; value: number }
  | { kind: "shape"; value: readonly number[] }
  | { kind: "tensor"; type: number; shape: readonly number[]; content: Uint8Array };

/** One operation of a graph. */
export interface GraphNode {
  name: string;
  op: string;
  /** "node:output" each. */
  inputs: readonly string[];
  attributes: ReadonlyMap<string, GraphAttribute>;
}

/** The tag under which the graph is to be loaded. */
export const graphTag = "serve";

/** The version of graph definitions that nodes are written for: TensorFlow 2.9's, the oldest that is installed here. */
const producer = 1087;

/**
 * A graph as the file saved_model.pb of a SavedModel without variables or signatures. Field numbers are those of
 * tensorflow/core/protobuf/{saved_model,meta_graph}.proto and tensorflow/core/framework/{graph,node_def,attr_value,tensor,
 * tensor_shape}.proto.
 */
export function encodeSavedModel(nodes: readonly GraphNode[]): Uint8Array {
  const graph = new MessageWriter();
  for (const node of nodes) graph.bytes(1, nodeMessage(node));
  graph.bytes(4, new MessageWriter().int(1, producer));
  const metaGraph = new MessageWriter().bytes(1, new MessageWriter().bytes(4, graphTag)).bytes(2, graph);
  return new MessageWriter().int(1, 1).bytes(2, metaGraph).finish();
}

function nodeMessage({ name, op, inputs, attributes }: GraphNode): MessageWriter {
  const message = new MessageWriter().bytes(1, name).bytes(2, op);
  for (const input of inputs) message.bytes(3, input);
  for (const [key, attribute] of attributes) {
    message.bytes(5, new MessageWriter().bytes(1, key).bytes(2, attributeMessage(attribute)));
  }
  return message;
}

function attributeMessage(attribute: GraphAttribute): MessageWriter {
  const message = new MessageWriter();
  switch (attribute.kind) {
    case "string":
      return message.bytes(2, attribute.value);
    case "type":
      return message.int(6, attribute.value);
    case "shape":
      return message.bytes(7, shapeMessage(attribute.value));
    case "tensor":
      return message.bytes(8, tensorMessage(attribute));
    case "int":
    case "float":
    case "bool":
      return numbersMessage(attribute);
  }
}

function numbersMessage({ kind, value }: GraphAttribute & { kind: "int" | "float" | "bool" }): MessageWriter {
  const message = new MessageWriter();
  if (typeof value === "number" || typeof value === "boolean") {
    writeScalar(message, kind, value);
    return message;
  }
  const list = new MessageWriter();
  for (const element of value) writeScalar(list, kind, element);
  return message.bytes(1, list);
}

/** An attribute and a list of attributes give their scalars the same fields. */
function writeScalar(message: MessageWriter, kind: "int" | "float" | "bool", value: number | boolean): void {
  if (kind === "float") message.float(4, Number(value));
  else message.int(kind === "int" ? 3 : 5, Number(value));
}

function shapeMessage(shape: readonly number[]): MessageWriter {
  const message = new MessageWriter();
  for (const size of shape) message.bytes(2, new MessageWriter().int(1, size));
  return message;
}

function tensorMessage({ type, shape, content }: GraphAttribute & { kind: "tensor" }): MessageWriter {
  return new MessageWriter().int(1, type).bytes(2, shapeMessage(shape)).bytes(4, content);
}
