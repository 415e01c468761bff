import { join } from "node:path";
import { packageRoot } from "../../src/base/paths.js";
import type { ConvNode, InputDescription, NetworkNode } from "../../src/network/network.js";
import { readNetwork } from "../../src/network/read-network.js";

/** A network to time, with the images that it sees in training. */
export interface BenchNetwork {
  /** As test/bench/pytorch-twin.py names it. */
  id: "resnet20" | "fashion";
  title: string;
  input: InputDescription;
  nodes: NetworkNode[];
}

/** ResNet-20 of He et al. (CVPR 2016) for 32×32×3 images, with 1×1 projections where the width changes. */
export function resnet20(): BenchNetwork {
  const conv = (
    id: string,
    input: string,
    shape: Pick<ConvNode, "kernel" | "stride" | "inChannels" | "outChannels" | "activation">,
  ): ConvNode => ({
    id,
    op: "conv",
    inputs: [input],
    ...shape,
    padding: (shape.kernel - 1) / 2,
    weightBits: 4,
    outputBits: 4,
    batchNormEpsilon: 1e-5,
  });
  const nodes: NetworkNode[] = [conv("first", "input", { kernel: 3, stride: 1, inChannels: 3, outChannels: 16 })];
  let before = "first";
  let inChannels = 16;
  for (const outChannels of [16, 32, 64]) {
    for (let block = 0; block < 3; block++) {
      const id = `block${outChannels}.${block}`;
      const stride = outChannels === inChannels ? 1 : 2;
      const widths = { inChannels: outChannels, outChannels };
      nodes.push(
        conv(`${id}.inner`, before, { kernel: 3, stride, inChannels, outChannels }),
        conv(`${id}.outer`, `${id}.inner`, { kernel: 3, stride: 1, ...widths, activation: "none" }),
      );
      let side = before;
      if (stride === 2) {
        side = `${id}.projection`;
        nodes.push(conv(side, before, { kernel: 1, stride, inChannels, outChannels, activation: "none" }));
      }
      nodes.push({ id, op: "add", inputs: [`${id}.outer`, side], outputBits: 4 });
      before = id;
      inChannels = outChannels;
    }
  }
  nodes.push(
    { id: "pool", op: "globalAveragePool", inputs: [before], outputBits: 6 },
    { id: "classifier", op: "fc", inputs: ["pool"], inFeatures: 64, outFeatures: 10, weightBits: 4 },
  );
  const input = { height: 32, width: 32, channels: 3, bits: 8, step: 1 / 255 };
  return { id: "resnet20", title: "ResNet-20", input, nodes };
}

/** The shipped network on grey images, whose one channel training keeps single. */
export function fashionNetwork(): BenchNetwork {
  const { description } = readNetwork(join(packageRoot(), "fixtures", "networks", "fashion-mnist-accuracy-first"));
  const { nodes, input } = description;
  return { id: "fashion", title: "65,850 parameters", input: { ...input, channels: 1 }, nodes };
}
