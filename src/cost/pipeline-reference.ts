import type { CostLayer } from "./cost-layer.js";
import type { LayerSpan, PipelineRules } from "./pipeline.js";
import type { PixelKinds } from "./pixel-times.js";

/**
 * The specification of a network's timing, pixel by pixel: a pixel starts when its layer's previous pixel and the last input
 * pixel it needs are done. `pipeline` must agree with it.
 */
export function pipelineReference(
  layers: readonly CostLayer[],
  steps: readonly PixelKinds<number>[],
  rules: PipelineRules,
): LayerSpan[] {
  const finish: number[][][] = [];
  return layers.map((layer, place) => {
    const rows: number[][] = [];
    let previous = 0;
    let beginNs = 0;
    for (let y = 0; y < layer.outHeight; y++) {
      rows.push([]);
      for (let x = 0; x < layer.outWidth; x++) {
        let needed = 0;
        for (const input of layer.inputs) {
          if (input >= 0) needed = Math.max(needed, neededPixel(layer, finish[input], y, x, rules));
        }
        if (y === 0 && x === 0) beginNs = needed;
        previous = Math.max(previous, needed) + steps[place][kindOf(y, x)];
        rows[y].push(previous);
      }
    }
    finish.push(rows);
    return { beginNs, finishNs: previous };
  });
}

function kindOf(y: number, x: number): number {
  if (y === 0) return x === 0 ? 0 : 1;
  return x === 0 ? 2 : 3;
}

/** When the input pixel that (y, x) waits for is there. */
function neededPixel(layer: CostLayer, source: number[][], y: number, x: number, rules: PipelineRules): number {
  const height = source.length;
  const width = source[0].length;
  const { kernel, padding, stride } = layer;
  switch (layer.op) {
    case "fc":
      return source[height - 1][width - 1];
    case "conv":
    case "pool": {
      if (!rules.windowsOverlap) return source[height - 1][width - 1];
      const reach = Math.max(kernel - padding, 1);
      return source[Math.min(reach + stride * y, height) - 1][Math.min(reach + stride * x, width) - 1];
    }
    case "add": {
      const pixels = source.flat();
      const ratio = (larger: number, smaller: number): number => Math.max(1, Math.round(larger / smaller));
      const index = rules.resampleShortcuts
        ? y * ratio(height, layer.outHeight) * width + x * ratio(width, layer.outWidth)
        : y * layer.outWidth + x;
      return pixels[Math.min(index, pixels.length - 1)];
    }
  }
}
