import type { Shape } from "../../network/shape.js";
import type { SearchSpace } from "./space.js";

/** What enters the first stage of a space, and what leaves each of its stages: every window keeps a map's size but for its stride. */
export function stageShapes(space: SearchSpace): { input: Shape; outputs: Shape[] } {
  const { stem } = space;
  let map: Shape = { ...space.input };
  if (stem !== null) map = strided({ ...map, channels: stem.channels }, stem.stride * (stem.maxPool?.stride ?? 1));
  const input = map;
  const outputs = space.stages.map(({ channels, stride }) => (map = strided({ ...map, channels }, stride)));
  return { input, outputs };
}

function strided({ height, width, channels }: Shape, stride: number): Shape {
  return { height: Math.ceil(height / stride), width: Math.ceil(width / stride), channels };
}
