import fc from "fast-check";
import type { KernelCall, KernelTile } from "../../src/kernels/tile-kernel.js";

/** Any tile a kernel must take, and a batch for it: odd sizes, full rails, every kind of noise, gain errors, every ADC width. */
export function kernelCase(): fc.Arbitrary<{ tile: KernelTile; call: KernelCall }> {
  return fc
    .record({
      rows: fc.integer({ min: 1, max: 140 }),
      outputs: fc.integer({ min: 1, max: 140 }),
      fractionBits: fc.integer({ min: 0, max: 8 }),
      adcBits: fc.integer({ min: 2, max: 16 }),
      signed: fc.boolean(),
      noise: fc.constantFrom("none" as const, "by column" as const, "by active rows" as const),
      gain: fc.constantFrom(0, 300, 32767),
      vectors: fc.integer({ min: 0, max: 5 }),
      bits: fc.integer({ min: 1, max: 8 }),
      firstVector: fc.integer({ min: 0, max: 2 ** 28 - 6 }),
      repeat: fc.constantFrom(undefined, 0, 1, 2 ** 32 - 1),
      want: fc.constantFrom("codes" as const, "sums" as const),
      key: fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
      amplitude: fc.constantFrom(1, 20, 32767),
      // Mostly zero inputs have bit planes without any active row, which the fast kernel leaves out.
      density: fc.constantFrom(1, 0.02),
      seed: fc.nat(),
    })
    .map((choice) => {
      const { rows, outputs, vectors, bits } = choice;
      let state = choice.seed | 0;
      const next = () => {
        state = (Math.imul(state, 1664525) + 1013904223) | 0;
        return state >>> 8;
      };
      // Each column's magnitudes add to at most 32,767, as the contract wants.
      const limit = Math.max(1, Math.min(choice.amplitude, Math.floor(32767 / rows)));
      const within = (most: number) => (next() % (2 * most + 1)) - most;
      const unsignedHigh = Math.min(32767, 2 ** choice.adcBits - 1);
      const mostVariance = Math.floor(20000 / rows);
      const cellNoise = {
        always: next() % 12000,
        variances: Int16Array.from({ length: rows * outputs }, () => next() % (mostVariance + 1)),
        // Up to twice what 16 bits hold, so that it is cut there, too.
        sigmaPerRoot: Math.fround((next() % 4096) / 10),
      };
      const tile: KernelTile = {
        rows,
        outputs,
        fractionBits: choice.fractionBits,
        contributions: Int16Array.from({ length: rows * outputs }, () => within(limit)),
        gains: Int16Array.from({ length: outputs }, () => within(choice.gain)),
        offsets: Int16Array.from({ length: outputs }, () => within(choice.amplitude)),
        noise: Int16Array.from({ length: outputs }, () => (choice.noise === "by column" ? next() % 4096 : 0)),
        ...(choice.noise === "by active rows" ? { cellNoise } : {}),
        noiseKey: choice.key,
        lowCode: choice.signed ? -(2 ** (choice.adcBits - 1)) : 0,
        highCode: choice.signed ? 2 ** (choice.adcBits - 1) - 1 : unsignedHigh,
      };
      const data = Uint8Array.from({ length: vectors * rows }, () =>
        next() / 2 ** 24 < choice.density ? next() & (2 ** bits - 1) : 0,
      );
      return {
        tile,
        call: { vectors, bits, data, firstVector: choice.firstVector, repeat: choice.repeat, want: choice.want },
      };
    });
}
