import { inputId } from "../network/layer-graph.js";
import type { ConvNode, NetworkNode } from "../network/network.js";
import { windowPlaces } from "../network/shape.js";

/**
 * Whether a network may be computed rotated by 180°: every convolution of it is then one of SAME padding, and nothing else in it knows
 * up from down. Images and kernels rotated alike give the same. It is worth it where strides do not divide the padded map:
 * there TensorFlow's SAME pads the far side and a network of ours, as in PyTorch, uses its near padding; rotated, the
 * near side is the far one, and nothing has to be padded beforehand.
 */
export function isRotatable(nodes: readonly NetworkNode[], input: { height: number; width: number }): boolean {
  const sizes = new Map<string, [number, number]>([[inputId, [input.height, input.width]]]);
  for (const node of nodes) {
    const fed = node.inputs.map((id) => sizes.get(id)!);
    const [height, width] = fed[0];
    switch (node.op) {
      case "conv":
        if (!fed[0].every((size) => isSameRotated(node, size))) return false;
        sizes.set(node.id, [windowPlaces(node, height), windowPlaces(node, width)]);
        break;
      case "add":
        // A shortcut between sizes takes every stride-th pixel from the near side on.
        if (fed.some((size) => size[0] !== height || size[1] !== width)) return false;
        sizes.set(node.id, fed[0]);
        break;
      case "pool":
      case "shortcut":
        // They begin at the near side.
        if (node.stride !== 1 || node.op === "pool") return false;
        sizes.set(node.id, fed[0]);
        break;
      case "fc":
        // A classifier of a map has a weight for each place.
        if (height !== 1 || width !== 1) return false;
        sizes.set(node.id, [1, 1]);
        break;
      case "globalAveragePool":
        sizes.set(node.id, [1, 1]);
        break;
    }
  }
  return true;
}

/** SAME gives ⌈size/stride⌉ outputs and puts the smaller half of what they read beyond the map on its near side. */
function isSameRotated(node: ConvNode, size: number): boolean {
  const outputs = windowPlaces(node, size);
  const beyond = (outputs - 1) * node.stride + node.kernel - size;
  const near = beyond - node.padding;
  return outputs === Math.ceil(size / node.stride) && beyond >= 0 && near === Math.floor(beyond / 2);
}
