import type { Choice } from "./significance.js";

/** A choice and the sum of its layers' scores. */
export interface ScoredChoice {
  choice: Choice;
  score: number;
}

/**
 * Every choice of one operator a layer, once, in the order of falling scores, where a choice's score is the sum of its
 * layers' scores. Exact, and lazy: `n` choices cost n·log(n)·layers, however many there are. Of equal scores the one whose
 * first layers rank better comes first, an operator ranking by its score in its layer, then by its place.
 * @param scores [layers][operators], a row not empty; −Infinity is allowed, no other infinity
 */
export function* bestFirst(scores: readonly (readonly number[])[]): Generator<ScoredChoice> {
  // Each layer's operators from the best to the worst: a choice is then a rank a layer, and all zeros the best.
  const orders = scores.map((row) => [...row.keys()].sort((a, b) => compare(row[b], row[a]) || a - b));
  const atRanks = (ranks: readonly number[], layer: number): Node => {
    const choice = ranks.map((rank, place) => orders[place][rank]);
    // Summed anew each time and always in the same order: a rounding error never depends on the way that led here.
    return { ranks, layer, choice, score: choice.reduce((sum, operator, place) => sum + scores[place][operator], 0) };
  };
  const heap = new Heap();
  heap.push(
    atRanks(
      scores.map(() => 0),
      0,
    ),
  );
  for (let node = heap.pop(); node !== undefined; node = heap.pop()) {
    yield { choice: node.choice, score: node.score };
    // One step down in one layer, never before the last layer that took one: so each choice has a single parent.
    for (let layer = node.layer; layer < scores.length; layer++) {
      if (node.ranks[layer] + 1 === orders[layer].length) continue;
      heap.push(atRanks(node.ranks.with(layer, node.ranks[layer] + 1), layer));
    }
  }
}

interface Node extends ScoredChoice {
  ranks: readonly number[];
  /** The last layer whose rank is not 0, or 0. */
  layer: number;
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether `a` comes before `b`: so that a parent, whose ranks are lower, always comes before its children. */
function isBefore(a: Node, b: Node): boolean {
  if (a.score !== b.score) return a.score > b.score;
  const layer = a.ranks.findIndex((rank, place) => rank !== b.ranks[place]);
  return layer >= 0 && a.ranks[layer] < b.ranks[layer];
}

/** A binary heap: the node that comes first is on top. */
class Heap {
  readonly #nodes: Node[] = [];

  push(node: Node): void {
    const nodes = this.#nodes;
    let place = nodes.push(node) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(node, nodes[parent])) break;
      nodes[place] = nodes[parent];
      place = parent;
    }
    nodes[place] = node;
  }

  pop(): Node | undefined {
    const nodes = this.#nodes;
    const top = nodes[0];
    const last = nodes.pop();
    if (last === undefined || nodes.length === 0) return top;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= nodes.length) break;
      if (child + 1 < nodes.length && isBefore(nodes[child + 1], nodes[child])) child++;
      if (!isBefore(nodes[child], last)) break;
      nodes[place] = nodes[child];
      place = child;
    }
    nodes[place] = last;
    return top;
  }
}
