import type { RunDocument, TileUse } from "../../record/run-document.js";
import { count, counted, percent } from "../../base/format.js";
import { colour, drawnText, layerColour } from "../theme.js";
import { drawFigure, type ChartOption } from "./chart.js";
import type { Figure } from "./figure.js";

/** Arrays side by side; the square of one array, the name below it and the gap, in pixels. */
const columns = 8;
const side = 96;
const nameHeight = 20;
const gap = 14;
const roundHeadHeight = 26;

/** Arrays without a tile drawn at most; a chip of hundreds would hide what is used. */
const mostFree = 64;

type Graphic = Extract<NonNullable<ChartOption["graphic"]>, unknown[]>[number];

/** Every array with the rows and columns its tile uses, coloured by layer, round by round. */
export function tileMapFigure({ tiles, hardware, layers }: RunDocument): Figure {
  const layerIds = layers.map(({ id }) => id);
  const rounds = [...new Set(tiles.map(({ round }) => round))].sort((a, b) => a - b);
  const elements: Graphic[] = [];
  let y = 0;
  for (const round of rounds) {
    if (rounds.length > 1) {
      elements.push(text(`round ${round + 1} of ${hardware.rounds}`, 0, y + 4, "ink", 13));
      y += roundHeadHeight;
    }
    const placed = new Map(tiles.filter((tile) => tile.round === round).map((tile) => [tile.array, tile]));
    const arrays = [...placed.keys()].sort((a, b) => a - b);
    const free = Array.from({ length: hardware.arraysAvailable }, (_, array) => array).filter(
      (array) => !placed.has(array),
    );
    const drawn = free.length <= mostFree ? [...arrays, ...free].sort((a, b) => a - b) : arrays;
    drawn.forEach((array, place) => {
      const left = (place % columns) * (side + gap);
      const top = y + Math.floor(place / columns) * (side + nameHeight + gap);
      elements.push(...arrayElements(array, placed.get(array), left, top, hardware, layerIds));
    });
    y += Math.ceil(drawn.length / columns) * (side + nameHeight + gap);
  }
  return drawFigure(
    {
      name: "tile-map",
      title: "Tiles on the arrays",
      caption: `Each square is one array of ${hardware.arrayRows} × ${hardware.arrayColumns} cells, its coloured part the rows and columns in use; ${counted(hardware.tiles, "tile")} hold ${count(hardware.cells)} programmed cells, ${percent(hardware.utilisation, 1)} of the cells of the arrays in use.`,
    },
    { width: columns * (side + gap) - gap + 2, height: Math.max(1, y - gap + 2) },
    { graphic: elements },
  );
}

function arrayElements(
  array: number,
  tile: TileUse | undefined,
  left: number,
  top: number,
  { arrayRows, arrayColumns }: RunDocument["hardware"],
  layerIds: string[],
): Graphic[] {
  const frame: Graphic = {
    type: "rect",
    shape: { x: left + 0.5, y: top + 0.5, width: side, height: side, r: 3 },
    style: { fill: colour("surface"), stroke: colour("line"), lineWidth: 1 },
  };
  if (tile === undefined) return [frame, text("free", left, top + side + 5, "muted", 12)];
  const used: Graphic = {
    type: "rect",
    shape: {
      x: left + 1,
      y: top + 1,
      width: Math.max(1, ((side - 1) * tile.columns) / arrayColumns),
      height: Math.max(1, ((side - 1) * tile.rows) / arrayRows),
      r: 2,
    },
    style: { fill: layerColour(Math.max(0, layerIds.indexOf(tile.layer))), opacity: 0.85 },
  };
  return [
    frame,
    used,
    text(tile.layer, left, top + side + 5, "ink", 12),
    text(String(array), left + side, top + side + 5, "muted", 11, "right"),
  ];
}

function text(
  content: string,
  x: number,
  y: number,
  fill: "ink" | "muted",
  fontSize: number,
  align: "left" | "right" = "left",
): Graphic {
  return { type: "text", style: { text: content, x, y, ...drawnText(fill, fontSize), align } };
}
