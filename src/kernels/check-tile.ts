import { NasError } from "../base/errors.js";
import type { KernelCall, KernelTile } from "./tile-kernel.js";

/** Rows and outputs that a kernel takes at most; a CIM array beyond 1,024 lines is not known. */
export const maxKernelLines = 1024;

/**
 * Checks a tile before a kernel trusts it.
 * @throws NAS_KERNEL_FAILED where sizes contradict each other or a column could overflow 16 bits.
 */
export function assertKernelTile(tile: KernelTile): void {
  const fail = (message: string, context: Record<string, unknown>): never => {
    throw new NasError("NAS_KERNEL_FAILED", `tile refused: ${message}`, {
      hint: "fewer fraction bits, a coarser ADC step or fewer rows a tile",
      context,
    });
  };
  const { rows, outputs, fractionBits } = tile;
  const isLines = (count: number) => Number.isInteger(count) && count >= 1 && count <= maxKernelLines;
  if (!isLines(rows) || !isLines(outputs)) fail(`${rows} × ${outputs} lines`, { rows, outputs });
  if (!(Number.isInteger(fractionBits) && fractionBits >= 0 && fractionBits <= 14))
    fail(`${fractionBits} fraction bits`, { fractionBits });
  if (
    tile.contributions.length !== rows * outputs ||
    tile.gains.length !== outputs ||
    tile.offsets.length !== outputs ||
    tile.noise.length !== outputs ||
    (tile.cellNoise && tile.cellNoise.variances.length !== rows * outputs)
  ) {
    fail("array lengths do not fit its size", {
      contributions: tile.contributions.length,
      gains: tile.gains.length,
      offsets: tile.offsets.length,
      noise: tile.noise.length,
    });
  }
  if (!(tile.lowCode >= -32768 && tile.lowCode <= 0 && tile.highCode > 0 && tile.highCode <= 32767)) {
    fail(`ADC rails ${tile.lowCode} … ${tile.highCode}`, { lowCode: tile.lowCode, highCode: tile.highCode });
  }
  for (let output = 0; output < outputs; output++) {
    let magnitude = 0;
    for (let row = 0; row < rows; row++) magnitude += Math.abs(tile.contributions[row * outputs + output]);
    if (magnitude > 32767) fail(`output ${output} can reach ${magnitude}, 16 bits hold 32767`, { output, magnitude });
    if (tile.noise[output] < 0) fail(`output ${output} has negative noise`, { output, noise: tile.noise[output] });
  }
  const { cellNoise } = tile;
  if (!cellNoise) return;
  const { always, variances, sigmaPerRoot } = cellNoise;
  if (!(Number.isInteger(always) && always >= 0)) fail(`a variance of ${always}`, { always });
  if (!(sigmaPerRoot >= 0 && sigmaPerRoot === Math.fround(sigmaPerRoot)))
    fail(`${sigmaPerRoot} is no 32-bit float ≥ 0`, { sigmaPerRoot });
  for (let output = 0; output < outputs; output++) {
    let variance = always;
    for (let row = 0; row < rows; row++) {
      if (variances[row * outputs + output] < 0) fail(`output ${output} has a negative variance`, { output, row });
      variance += variances[row * outputs + output];
    }
    if (variance > 32767)
      fail(`output ${output}'s variances reach ${variance}, 16 bits hold 32767`, { output, variance });
  }
}

/** Checks a call against its tile. @throws NAS_KERNEL_FAILED */
export function assertKernelCall(tile: KernelTile, call: KernelCall): void {
  const { vectors, bits, data, firstVector, repeat = 0 } = call;
  const whole = Number.isInteger(vectors) && vectors >= 0 && Number.isInteger(bits) && bits >= 1 && bits <= 8;
  // The bit plane has the top four bits of the noise's counter, the vector the lower 28.
  const counted = Number.isInteger(firstVector) && firstVector >= 0 && firstVector + vectors <= 2 ** 28;
  const isReading = Number.isInteger(repeat) && repeat >= 0 && repeat < 2 ** 32;
  if (!whole || !counted || !isReading || data.length !== vectors * tile.rows) {
    throw new NasError(
      "NAS_KERNEL_FAILED",
      `call refused: ${vectors} vectors from ${firstVector}, reading ${repeat}, ${bits} bits, ${data.length} bytes for ${tile.rows} rows`,
      {
        hint: "this is a defect of the caller: report it",
        context: { vectors, bits, firstVector, repeat, bytes: data.length, rows: tile.rows },
      },
    );
  }
}
