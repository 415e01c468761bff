import { sourcesOf, type FeatureMap, type QuantizedNetwork, type QuantizedNode } from "../network/quantized-network.js";

/** Where a batch of images stands in the network. Between rounds it waits in the record store. */
export interface BatchState {
  images: number;
  /** Node id -> activations [images × height × width × channels]; "input" is the images themselves. */
  activations: Map<string, FeatureMap>;
  /** Layer -> sums so far [images × positions × outputs], where a later round has more of its tiles. */
  partial: Map<string, Int32Array>;
  /** [images × classes], once the classifier is through. */
  logits?: Float64Array;
  /** Layer -> saturated conversions so far. */
  saturated: Map<string, number>;
}

/** A batch at the network's entrance. */
export function enter(input: Uint8Array, images: number): BatchState {
  return { images, activations: new Map([["input", input]]), partial: new Map(), saturated: new Map() };
}

/**
 * The nodes that are still to be computed, in order. A node whose activations were dropped is none of them: whoever reads
 * it is through.
 */
export function pendingNodes(network: QuantizedNetwork, state: BatchState): QuantizedNode[] {
  if (state.logits !== undefined) return [];
  const last = network.nodes[network.nodes.length - 1];
  const wanted = new Set([last.id]);
  const pending: QuantizedNode[] = [];
  for (const node of network.nodes.toReversed()) {
    if (!wanted.has(node.id) || state.activations.has(node.id)) continue;
    pending.unshift(node);
    for (const source of sourcesOf(node)) wanted.add(source);
  }
  return pending;
}

/** Forgets activations that no pending node reads. */
export function dropSpent(network: QuantizedNetwork, state: BatchState): void {
  const wanted = new Set(pendingNodes(network, state).flatMap(sourcesOf));
  for (const id of [...state.activations.keys()]) if (!wanted.has(id)) state.activations.delete(id);
}

/** What batches that stopped at the same place have to keep until the next round, as named bytes. */
export function packStates(states: readonly BatchState[]): Record<string, Uint8Array> {
  const blobs: Record<string, Uint8Array> = {};
  for (const id of states[0].activations.keys())
    blobs[`activations:${id}`] = joinBytes(states.map(({ activations }) => activations.get(id)!));
  for (const layer of states[0].partial.keys())
    blobs[`partial:${layer}`] = joinBytes(states.map(({ partial }) => partial.get(layer)!));
  return blobs;
}

/**
 * A batch out of packed ones.
 * @param packedImages images of all batches that were packed together
 * @param offset place of the batch's first image among them
 */
export function unpackState(
  network: QuantizedNetwork,
  blobs: Readonly<Record<string, Uint8Array>>,
  packedImages: number,
  offset: number,
  images: number,
): BatchState {
  const signed = new Set(network.nodes.filter((node) => node.op === "conv" && node.isSigned).map(({ id }) => id));
  const state: BatchState = { images, activations: new Map(), partial: new Map(), saturated: new Map() };
  for (const [name, bytes] of Object.entries(blobs)) {
    const perImage = bytes.length / packedImages;
    // A copy of exactly these bytes, so that its buffer begins where the batch does.
    const part = Uint8Array.from(bytes.subarray(offset * perImage, (offset + images) * perImage));
    const colon = name.indexOf(":");
    const [kind, id] = [name.slice(0, colon), name.slice(colon + 1)];
    if (kind === "partial") state.partial.set(id, new Int32Array(part.buffer));
    else state.activations.set(id, signed.has(id) ? new Int8Array(part.buffer) : part);
  }
  return state;
}

/** The bytes of typed arrays, one behind the other. */
export function joinBytes(parts: readonly (FeatureMap | Int32Array)[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of parts) {
    joined.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return joined;
}
