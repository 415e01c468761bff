import type { GraphBuilder } from "./graph-builder.js";

/** What a genotype chooses of an operation. */
export interface OperationSize {
  /** Side of the square kernel, odd. */
  kernel: number;
  /** Channels inside a residual block; absent: as many as the stage is wide. */
  channels?: number;
}

/** What an operation is told about its place in the network. */
export interface OperationPlace {
  /** The searched layer, for node ids: "s2l1". */
  id: string;
  /** Node that feeds it. */
  from: string;
  inChannels: number;
  outChannels: number;
  stride: number;
  shortcut: "parameter-free" | "projection";
}

/** One row of the table of operations. */
export interface Operation {
  /** One line for a person. */
  title: string;
  /** Whether a genotype may choose the channels inside it. */
  hasInnerChannels: boolean;
  /** Whether it adds its input to its output. */
  hasShortcut: boolean;
  /** Adds its nodes and gives the id of the last. Batch-norm and ReLU follow every convolution and are not told. */
  addTo(graph: GraphBuilder, size: OperationSize, place: OperationPlace): string;
}

/** The operations that a layer may hold beside "none". A new operation is one row. */
export const operations = {
  "standard-conv": {
    title: "one k×k convolution",
    hasInnerChannels: false,
    hasShortcut: false,
    addTo: (graph, { kernel }, { id, from, outChannels, stride }) =>
      graph.conv(`${id}.conv`, from, kernel, stride, outChannels),
  },
  "conv-pair": {
    title: "two k×k convolutions without a shortcut",
    hasInnerChannels: true,
    hasShortcut: false,
    addTo: (graph, size, place) => addTwoConvs(graph, size, place),
  },
  "residual-conv": {
    title: "one k×k convolution with a shortcut",
    hasInnerChannels: false,
    hasShortcut: true,
    addTo(graph, { kernel }, place) {
      const conv = graph.conv(`${place.id}.conv`, place.from, kernel, place.stride, place.outChannels);
      return addShortcut(graph, conv, place);
    },
  },
  "residual-block": {
    title: "two k×k convolutions with a shortcut (ResNet's basic block)",
    hasInnerChannels: true,
    hasShortcut: true,
    addTo: (graph, size, place) => addShortcut(graph, addTwoConvs(graph, size, place), place),
  },
  bottleneck: {
    title: "1×1, k×k and 1×1 convolutions with a shortcut",
    hasInnerChannels: true,
    hasShortcut: true,
    addTo(graph, { kernel, channels }, place) {
      const { id, from, outChannels, stride } = place;
      const inner = channels ?? outChannels;
      const reduced = graph.conv(`${id}.conv1`, from, 1, 1, inner);
      const seen = graph.conv(`${id}.conv2`, reduced, kernel, stride, inner);
      return addShortcut(graph, graph.conv(`${id}.conv3`, seen, 1, 1, outChannels), place);
    },
  },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

/** The first convolution carries the stride. */
function addTwoConvs(graph: GraphBuilder, { kernel, channels }: OperationSize, place: OperationPlace): string {
  const { id, from, outChannels, stride } = place;
  const first = graph.conv(`${id}.conv1`, from, kernel, stride, channels ?? outChannels);
  return graph.conv(`${id}.conv2`, first, kernel, 1, outChannels);
}

/** Adds the layer's input to `last`; a parameter-free shortcut of another shape is subsampled and padded by the sum itself. */
function addShortcut(graph: GraphBuilder, last: string, place: OperationPlace): string {
  const { id, from, inChannels, outChannels, stride, shortcut } = place;
  const changes = stride !== 1 || inChannels !== outChannels;
  const around =
    changes && shortcut === "projection" ? graph.conv(`${id}.shortcut`, from, 1, stride, outChannels) : from;
  return graph.add(`${id}.sum`, [last, around]);
}
