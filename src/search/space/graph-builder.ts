import type { GraphNode } from "../../network/layer-graph.js";

/** Collects the nodes of a graph; every window keeps a map's size at stride 1. */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];

  conv(id: string, from: string, kernel: number, stride: number, outChannels: number): string {
    return this.#push({ id, op: "conv", inputs: [from], kernel, stride, padding: (kernel - 1) / 2, outChannels });
  }

  maxPool(id: string, from: string, kernel: number, stride: number): string {
    const padding = Math.floor((kernel - 1) / 2);
    return this.#push({ id, op: "pool", inputs: [from], kind: "max", kernel, stride, padding });
  }

  globalAveragePool(id: string, from: string): string {
    return this.#push({ id, op: "globalAveragePool", inputs: [from] });
  }

  shortcut(id: string, from: string, stride: number, outChannels: number): string {
    return this.#push({ id, op: "shortcut", inputs: [from], stride, outChannels });
  }

  add(id: string, inputs: string[]): string {
    return this.#push({ id, op: "add", inputs });
  }

  fc(id: string, from: string, outFeatures: number): string {
    return this.#push({ id, op: "fc", inputs: [from], outFeatures });
  }

  #push(node: GraphNode): string {
    this.nodes.push(node);
    return node.id;
  }
}
