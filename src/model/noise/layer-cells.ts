import { type ColumnErrors, columnErrors } from "../../device/column-errors.js";
import { type Conditions, freshlyProgrammed } from "../../device/effects/effect.js";
import { pairDifference } from "../../device/pair-difference.js";
import {
  type CellDraws,
  keyedDraws,
  type NumberedImage,
  programCells,
  rememberedDraws,
} from "../../device/program-cells.js";
import { type ReadVariances, readVariances } from "../../device/read-variances.js";
import { type ChipCharacter, idealCharacter } from "../../device/virtual-chip.js";
import { adcOutputs, adcRails, logicalRows, type MacroSpec } from "../../macro/macro.js";
import { encodeTile } from "../../mapping/encode.js";
import { placeNetwork } from "../../mapping/place-network.js";
import { type Placement, type Tile, tilesOf } from "../../mapping/placement.js";
import { bitsOf } from "../../network/integers.js";
import type { ConvNode, FcNode, NetworkDescription } from "../../network/network.js";
import { matrixLayers } from "../../network/quantized-network.js";
import type { ArrayGeometry, CellSettings } from "./noise-settings.js";

/** A layer's matrix in integers: rows (ky, kx, channel) by outputs. */
export interface IntegerLayer {
  rows: number;
  /** [outputs × rows] */
  weights: Int16Array;
}

/** What one tile's lines add up for an active row. */
export interface TileLines {
  tile: Tile;
  /** [logical rows × ADC outputs], in levels. */
  levels: Float32Array;
  adcOutputs: number;
  /** What the ADCs of its array do to them; nothing where there is no chip. */
  errors?: ColumnErrors & ReadVariances;
}

/** Where the bench would put a network on such arrays; its tile numbers key the cells' errors, here as there. */
export function placeForTraining(
  network: Pick<NetworkDescription, "input" | "nodes">,
  macro: ArrayGeometry,
): Placement {
  const nodes = matrixLayers(network).map((node) => ({
    id: node.id,
    op: node.op,
    ...matrixSize(node),
    inputBits: bitsOf(network, node.inputs[0]),
    weightBits: node.weightBits,
  }));
  const spec: MacroSpec = {
    ...macro,
    contract: 2,
    // Arrays enough for one round: how often arrays are written has no part in training.
    arrays: Number.MAX_SAFE_INTEGER,
    inputBits: 8,
    adcBits: 8,
    shiftAdd: true,
    adcStepLevels: [1],
    maxVectors: 1,
  };
  return placeNetwork({ nodes }, spec);
}

/** Rows and outputs of a node's matrix. */
export function matrixSize(node: ConvNode | FcNode): { rows: number; outputs: number } {
  return node.op === "conv"
    ? { rows: node.kernel ** 2 * node.inChannels, outputs: node.outChannels }
    : { rows: node.inFeatures, outputs: node.outFeatures };
}

/** A layer's tiles with their cells at target, or as a chip with these cells programs them under `seed`. */
export function linesOfLayer(
  placement: Placement,
  id: string,
  layer: IntegerLayer,
  cells?: { settings: CellSettings; seed: number; draws: Map<number, CellDraws> },
): TileLines[] {
  const { spec } = placement;
  const chip = cells && { ...idealCharacter(), ...cells.settings };
  return tilesOf(placement, id).map((tile) => {
    const image = { ...encodeTile(layer, tile, spec), tile: tile.tile };
    const conductance =
      chip && cells ? programmed(image, chip, cells, 2 ** spec.cellBits - 1) : Float64Array.from(image.levels);
    const rows = logicalRows(spec, image.rows);
    const outputs = adcOutputs(spec, image.columns);
    const levels = new Float32Array(rows * outputs);
    for (let row = 0; row < rows; row++)
      for (let output = 0; output < outputs; output++)
        levels[row * outputs + output] = pairDifference(spec, image.columns, conductance, row, output);
    const errors = chip && {
      ...columnErrors(chip, image.array, outputs),
      ...readVariances(spec, chip, image, conductance),
    };
    return { tile, levels, adcOutputs: outputs, errors };
  });
}

/** The cells of a tile as the chip holds them under its conditions. */
function programmed(
  image: NumberedImage,
  chip: ChipCharacter,
  cells: { settings: CellSettings; seed: number; draws: Map<number, CellDraws> },
  highestLevel: number,
): Float64Array {
  const conditions = { ...freshlyProgrammed, ...conditionsOf(cells.settings) };
  const draws = drawsOf(image, chip, cells);
  return programCells(image, chip, cells.seed, highestLevel, { conditions, draws }).conductanceLevels;
}

function conditionsOf({ secondsSinceProgramming, temperatureCelsius }: CellSettings): Partial<Conditions> {
  return {
    ...(secondsSinceProgramming !== undefined && { secondsSinceProgramming }),
    ...(temperatureCelsius !== undefined && { temperatureCelsius }),
  };
}

/** The tile's draws under this writing, made at the first use. */
function drawsOf(
  image: NumberedImage,
  chip: ChipCharacter,
  { seed, draws }: { seed: number; draws: Map<number, CellDraws> },
): CellDraws {
  const found = draws.get(image.tile) ?? rememberedDraws(image, keyedDraws(image, chip, seed));
  draws.set(image.tile, found);
  return found;
}

/** How the ADC outputs of one logical output join: slice by slice, and on the host plus less minus. */
export function joinOutputs(
  { slices }: Tile,
  spec: Pick<MacroSpec, "cellBits" | "differential">,
): { perOutput: number; factors: number[] } {
  const slice = Array.from({ length: slices }, (_, index) => 2 ** (spec.cellBits * index));
  if (spec.differential !== "host") return { perOutput: slices, factors: slice };
  return { perOutput: 2 * slices, factors: slice.flatMap((factor) => [factor, -factor]) };
}

/** The weights that a layer's cells amount to, in steps of the weight: [rows × outputs], real numbers. */
export function weightsOfLines(
  lines: readonly TileLines[],
  spec: Pick<MacroSpec, "cellBits" | "differential">,
  size: { rows: number; outputs: number },
): Float32Array {
  const weights = new Float32Array(size.rows * size.outputs);
  for (const { tile, levels, adcOutputs: width } of lines) {
    const { perOutput, factors } = joinOutputs(tile, spec);
    for (let row = tile.rowBegin; row < tile.rowEnd; row++) {
      for (let output = tile.outputBegin; output < tile.outputEnd; output++) {
        const first = (row - tile.rowBegin) * width + (output - tile.outputBegin) * perOutput;
        let weight = 0;
        for (let line = 0; line < perOutput; line++) weight += factors[line] * levels[first + line];
        weights[row * size.outputs + output] = weight;
      }
    }
  }
  return weights;
}

/** Lowest and highest code of converters of so many bits. */
export function railsOf(bits: number, macro: ArrayGeometry): { low: number; high: number } {
  return adcRails({ adcBits: bits, differential: macro.differential });
}
