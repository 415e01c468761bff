import { counted } from "../../base/format.js";
import { colour, drawnText, layerColour } from "../theme.js";
import { type ChartOption, drawFigure } from "./chart.js";
import type { Figure } from "./figure.js";

/** A layer's tiles on the grid. */
export interface PlacedTiles {
  id: string;
  places: readonly (readonly [row: number, column: number])[];
}

const mostSide = 40;
const leastSide = 6;
const drawingWidth = 760;
const nameHeight = 18;
const namesPerRow = 4;

type Graphic = Extract<NonNullable<ChartOption["graphic"]>, unknown[]>[number];

/** The part of the grid that is in use, each tile in its layer's colour with the layer's number, and the numbers' names below. */
export function costPlacementFigure(layers: readonly PlacedTiles[]): Figure {
  const placed = layers.filter(({ places }) => places.length > 0);
  const all = placed.flatMap(({ places }) => places);
  const rows = 1 + Math.max(...all.map(([row]) => row));
  const columns = 1 + Math.max(...all.map(([, column]) => column));
  const side = Math.max(leastSide, Math.min(mostSide, Math.floor(drawingWidth / columns)));
  const elements: Graphic[] = placed.flatMap(({ places }, number) =>
    places.flatMap(([row, column]) => tile(row, column, side, number)),
  );
  const below = rows * side + 12;
  placed.forEach(({ id, places }, number) => {
    const x = (number % namesPerRow) * (drawingWidth / namesPerRow);
    const y = below + Math.floor(number / namesPerRow) * nameHeight;
    elements.push({
      type: "text",
      style: { text: `${number + 1}  ${id} (${places.length})`, x, y, ...drawnText("ink", 11) },
    });
  });
  const height = below + Math.ceil(placed.length / namesPerRow) * nameHeight;
  return drawFigure(
    {
      name: "placement",
      title: "Tiles on the grid",
      caption: `${counted(all.length, "tile")} of ${counted(placed.length, "layer")}; in brackets how many a layer has. Row 0, column 0 is at the top left.`,
    },
    { width: Math.max(drawingWidth, columns * side + 2), height },
    { graphic: elements },
  );
}

function tile(row: number, column: number, side: number, number: number): Graphic[] {
  const [x, y] = [column * side, row * side];
  const square: Graphic = {
    type: "rect",
    shape: { x: x + 0.5, y: y + 0.5, width: side - 1, height: side - 1 },
    style: { fill: layerColour(number), opacity: 0.85, stroke: colour("paper"), lineWidth: 1 },
  };
  if (side < 20) return [square];
  const label: Graphic = {
    type: "text",
    style: {
      text: String(number + 1),
      x: x + side / 2,
      y: y + side / 2 - 6,
      ...drawnText("onFilled", 11),
      align: "center",
    },
  };
  return [square, label];
}
