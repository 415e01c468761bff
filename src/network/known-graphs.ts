import type { GraphConv, GraphFc, GraphNode, GraphPool, LayerGraph } from "./layer-graph.js";

/** Networks of the literature on 32×32×3 images with 10 classes, as shapes; functions, so that nobody shares one to change it. */
export const knownGraphs = { resnet20, lenet, vgg8 } as const satisfies Record<string, () => LayerGraph>;

export type KnownGraphName = keyof typeof knownGraphs;

/** Whether a name is one of them. */
export function isKnownGraph(name: string): name is KnownGraphName {
  return Object.hasOwn(knownGraphs, name);
}

const cifarImage = { height: 32, width: 32, channels: 3 };

/** ResNet-20 for CIFAR-10 with parameter-free shortcuts (He et al. 2016, section 4.2): 268,346 parameters. */
function resnet20(): LayerGraph {
  const nodes: GraphNode[] = [conv("stem", "input", 3, 16)];
  let before = "stem";
  [16, 32, 64].forEach((channels, stage) => {
    for (let block = 1; block <= 3; block++) {
      const id = `s${stage + 1}b${block}`;
      const stride = stage > 0 && block === 1 ? 2 : 1;
      nodes.push(conv(`${id}.conv1`, before, 3, channels, { stride }), conv(`${id}.conv2`, `${id}.conv1`, 3, channels));
      nodes.push({ id: `${id}.sum`, op: "add", inputs: [`${id}.conv2`, before] });
      before = `${id}.sum`;
    }
  });
  nodes.push({ id: "pool", op: "globalAveragePool", inputs: [before] }, fc("fc", "pool", 10));
  return { name: "resnet20", input: cifarImage, nodes };
}

/** LeNet as MNSIM 2.0 maps it, its first fc written as a 5×5 convolution: 61,770 weights. */
function lenet(): LayerGraph {
  return {
    name: "lenet",
    input: cifarImage,
    nodes: [
      conv("conv1", "input", 5, 6, { padding: 0 }),
      pool("pool1", "conv1", 2),
      conv("conv2", "pool1", 5, 16, { padding: 0 }),
      pool("pool2", "conv2", 2),
      conv("conv3", "pool2", 5, 120, { padding: 0 }),
      fc("fc1", "conv3", 84),
      fc("fc2", "fc1", 10),
    ],
  };
}

/** VGG-8 as MNSIM 2.0 has it: 9,303,424 weights. */
function vgg8(): LayerGraph {
  const nodes: GraphNode[] = [];
  let before = "input";
  const add = (node: GraphConv | GraphPool): void => {
    nodes.push(node);
    before = node.id;
  };
  [128, 256, 512].forEach((channels, stage) => {
    add(conv(`conv${2 * stage + 1}`, before, 3, channels));
    add(conv(`conv${2 * stage + 2}`, before, 3, channels));
    add(pool(`pool${stage + 1}`, before, 2));
  });
  add(conv("conv7", before, 3, 1024, { padding: 0 }));
  add(pool("pool4", before, 2));
  return { name: "vgg8", input: cifarImage, nodes: [...nodes, fc("fc", before, 10)] };
}

function conv(
  id: string,
  source: string,
  kernel: number,
  outChannels: number,
  { stride = 1, padding = (kernel - 1) / 2 } = {},
): GraphConv {
  return { id, op: "conv", inputs: [source], kernel, stride, padding, outChannels };
}

function pool(id: string, source: string, kernel: number): GraphPool {
  return { id, op: "pool", inputs: [source], kind: "max", kernel, stride: kernel, padding: 0 };
}

function fc(id: string, source: string, outFeatures: number): GraphFc {
  return { id, op: "fc", inputs: [source], outFeatures };
}
