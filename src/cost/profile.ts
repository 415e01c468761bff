/** What the profile `physical` does otherwise than MNSIM 2.0, by name; docs/cost-model.md gives the effect of each in numbers. */
export const corrections = {
  "sums-cost-energy":
    "an element-wise sum reads and writes the global buffer and switches its adders; the tool gives it time but no energy",
  "adders-cost-energy": "the adders inside a processing element are printed by the tool, but left out of its energy",
  "buffers-charged-once":
    "an input buffer is charged for its own accesses and an output buffer for its own; the tool charges both for the accesses of both",
  "output-read-once":
    "an output buffer is read once a pixel; the tool lets pooling wait for two reads, and counts two in other layers' busy time",
  "empty-pes-off":
    "processing elements without weights are off; the tool charges every tile of a layer as its fullest: 5 elements in 2 tiles pay for 8",
  "no-sign-cycle":
    "activations behind a ReLU have no sign, so no cycle is spent on it; the tool spends one although no bit plane carries it",
  "weight-bits-per-cell":
    "a cell of b bits holds b bit planes; the tool takes one array a plane, whatever a cell can hold",
  "shortcut-resampling":
    "a sum waits for the pixel that a subsampled shortcut takes; the tool reads the larger map with the smaller one's index",
  "buffers-sized-per-layer":
    "each layer has buffers of the size it needs; the tool gives every tile the largest of all",
  "pooling-tile-without-arrays": "a pooling tile holds no arrays; the tool counts the area of full processing elements",
} as const;

export type Correction = keyof typeof corrections;

/** A reading of the cost model: which corrections it makes, and the components file it takes where the hardware names none. */
export interface Profile {
  name: string;
  components: string;
  corrections: ReadonlySet<Correction>;
}

export const profiles = {
  /** MNSIM 2.0 as it computes, for comparison with published figures. */
  "mnsim-2.0": { name: "mnsim-2.0", components: "mnsim-2.0", corrections: new Set<Correction>() },
  /** The same structure with its quirks mended. */
  physical: {
    name: "physical",
    components: "physical",
    corrections: new Set(Object.keys(corrections) as Correction[]),
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;
