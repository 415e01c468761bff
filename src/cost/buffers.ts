import type { CostLayer } from "./cost-layer.js";
import type { LayerMapping } from "./mapping.js";
import type { Correction } from "./profile.js";
import type { BufferCosts } from "./unit-costs.js";

/** Sizes of buffers in bytes: the input buffer of a layer's PEs, the output buffer of its tiles. */
export interface BufferSizes {
  inputBytes: number[];
  outputBytes: number[];
  /** Where sums wait for all their inputs; one for the chip. */
  globalBytes: number;
}

/** Output buffers hold two pixels of all channels. */
const pixelsInOutputBuffer = 2;

/** Sizes by layer; all layers have the same ones unless the profile sizes them layer by layer. */
export function bufferSizes(
  layers: readonly CostLayer[],
  mappings: readonly LayerMapping[],
  corrections: ReadonlySet<Correction>,
): BufferSizes {
  const perLayer = corrections.has("buffers-sized-per-layer");
  const count = layers.length;
  const inputBytes = new Array<number>(count).fill(0);
  const outputBytes = new Array<number>(count).fill(0);
  let [largestInput, largestOutput, globalBytes] = [0, 0, 0];
  for (let place = 0; place < count; place++) {
    const layer = layers[place];
    if (layer.op === "add") {
      globalBytes += powerOfTwo((layer.inputs.length * layer.outChannels * layer.outputBits) / 8);
      continue;
    }
    if (layer.op === "pool" && !perLayer) continue;
    const { pes, tiles } = mappings[place];
    const inputBits = layer.inWidth * layer.kernel * layer.inChannels * layer.inputBits;
    inputBytes[place] = powerOfTwo(inputBits / 8 / pes);
    outputBytes[place] = powerOfTwo((pixelsInOutputBuffer * layer.outChannels * layer.outputBits) / 8 / tiles);
    largestInput = Math.max(largestInput, inputBytes[place]);
    largestOutput = Math.max(largestOutput, outputBytes[place]);
  }
  if (!perLayer) {
    inputBytes.fill(largestInput);
    outputBytes.fill(largestOutput);
  }
  return { inputBytes, outputBytes, globalBytes };
}

/** The least power of two, fractions of a byte included, that is not less. */
function powerOfTwo(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(bytes));
}

/** Time for a number of bits through a buffer, whole words at a time. */
export function bufferNs(bits: number, { wordBits, cycleNs }: BufferCosts): number {
  return Math.ceil(bits / wordBits) * cycleNs;
}

/** The smallest buffer of the technology that holds so many bytes. */
export function bufferOfSize(bytes: number, { sizes }: BufferCosts): BufferCosts["sizes"][number] {
  for (const size of sizes) if (bytes <= size.upToBytes) return size;
  return sizes[sizes.length - 1];
}
