import { adcOutputs, type MacroSpec } from "../macro/macro.js";
import { type LayerLoad, positionsOf } from "./layer-load.js";
import type { Placement } from "../mapping/placement.js";

/**
 * What a board may do itself so that less crosses the link, in the order in which one builds on the other. The contract
 * (MacroSpec) knows the first three; the later ones tell what a board would gain.
 */
export const boardAbilities = [
  { ability: "columns", title: "sends the columns in use alone" },
  { ability: "difference", title: "subtracts the differential pairs" },
  { ability: "planes", title: "adds the bit planes" },
  { ability: "unrolling", title: "unrolls convolutions: each map crosses once" },
  { ability: "row-blocks", title: "adds the row blocks of a layer" },
  { ability: "requantization", title: "scales, rectifies and rounds" },
  { ability: "whole-network", title: "keeps all between image and logits" },
] as const;

export type BoardAbility = (typeof boardAbilities)[number]["ability"];

/** Payload bytes of one image, to the macro and back. */
export interface LinkTraffic {
  upBytes: number;
  downBytes: number;
}

/** What a macro of this spec does itself. */
export function abilitiesOf({ differential, shiftAdd }: MacroSpec): BoardAbility[] {
  return [
    "columns",
    ...(differential === "host" ? [] : ["difference" as const]),
    ...(shiftAdd ? ["planes" as const] : []),
  ];
}

/**
 * Bytes of one image by what the board does itself. Inputs go as bit planes packed to bytes, one vector a tile; codes in
 * whole bytes; sums of bit planes in whole bytes with room for their sign and growth; activations packed.
 */
export function linkTraffic(
  layers: readonly LayerLoad[],
  placement: Placement,
  abilities: readonly BoardAbility[],
): LinkTraffic {
  const able = new Set(abilities);
  const total: LinkTraffic = { upBytes: 0, downBytes: 0 };
  layers.forEach((layer, index) => {
    const isWhole = able.has("whole-network");
    if (!isWhole || index === 0) total.upBytes += upBytes(layer, placement, able);
    if (!isWhole || index === layers.length - 1) total.downBytes += downBytes(layer, placement, able);
  });
  return total;
}

function upBytes(layer: LayerLoad, { tiles }: Placement, able: ReadonlySet<BoardAbility>): number {
  if (able.has("unrolling")) {
    const { height, width, channels } = layer.inShape;
    return Math.ceil((height * width * channels * layer.inputBits) / 8);
  }
  return tiles
    .filter((tile) => tile.layer === layer.id)
    .reduce(
      (sum, { rowBegin, rowEnd }) => sum + positionsOf(layer) * layer.inputBits * Math.ceil((rowEnd - rowBegin) / 8),
      0,
    );
}

function downBytes(layer: LayerLoad, { tiles, spec }: Placement, able: ReadonlySet<BoardAbility>): number {
  const values = positionsOf(layer) * layer.outputs;
  const own = tiles.filter((tile) => tile.layer === layer.id);
  // A sign and one bit more than the code: a board may subtract two unsigned codes.
  const sumBits = 1 + spec.adcBits + layer.inputBits;
  if (able.has("requantization") && layer.outputBits !== undefined) return Math.ceil((values * layer.outputBits) / 8);
  if (able.has("row-blocks")) {
    const rowBlocks = new Set(own.map(({ rowBegin }) => rowBegin)).size;
    const sliceBits = (own[0].slices - 1) * spec.cellBits;
    return values * Math.ceil((sumBits + sliceBits + Math.ceil(Math.log2(rowBlocks))) / 8);
  }
  return own.reduce((sum, { columns }) => {
    const codes = !able.has("columns")
      ? spec.arrayColumns
      : able.has("difference")
        ? adcOutputs(spec, columns)
        : columns;
    const bytes = able.has("planes") ? Math.ceil(sumBits / 8) : layer.inputBits * Math.ceil(spec.adcBits / 8);
    return sum + positionsOf(layer) * codes * bytes;
  }, 0);
}
