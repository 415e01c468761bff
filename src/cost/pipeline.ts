import type { CostLayer } from "./cost-layer.js";
import type { PixelKinds } from "./pixel-times.js";

/** When a layer begins and when its last pixel is there, in ns from the image's arrival. */
export interface LayerSpan {
  beginNs: number;
  finishNs: number;
}

/** How a layer's pixels wait for those of another. */
export interface PipelineRules {
  /** Whether a convolution or pooling starts with its window, or with the whole map; sums take pixels as they come either way. */
  windowsOverlap: boolean;
  /** Whether a sum reads a subsampled shortcut at the pixel that belongs to it, instead of at the same index. */
  resampleShortcuts: boolean;
}

/** Memory for pixels' finish times, kept from one evaluation to the next; one for each thread. */
export class PipelineMemory {
  private times = new Float64Array(1 << 15);

  /** At least so many numbers, of any value. */
  take(length: number): Float64Array {
    if (this.times.length < length) this.times = new Float64Array(2 * length);
    return this.times;
  }
}

/**
 * Begin and finish of every layer: a pixel starts when the layer's previous pixel and the last input pixel that it needs are
 * done, and takes its step. `pipelineReference` is the specification.
 *
 * Finish times grow along a layer, so once a layer is behind the last input pixel of a row, the rest of the row follows at
 * its own pace: the recurrence is only walked where a layer really waits.
 */
export function pipeline(
  layers: readonly CostLayer[],
  steps: readonly PixelKinds<number>[],
  rules: PipelineRules,
  memory: PipelineMemory,
): LayerSpan[] {
  let total = 0;
  const starts = layers.map(({ outHeight, outWidth }) => {
    const start = total;
    total += outHeight * outWidth;
    return start;
  });
  const finish = memory.take(total);
  return layers.map((layer, place) => {
    const start = starts[place];
    const end = start + layer.outHeight * layer.outWidth;
    const inputs = layer.inputs.filter((input) => input >= 0);
    let beginNs = 0;
    if (inputs.length === 0) runFreely(layer, steps[place], finish, start, 0);
    else if (layer.op === "fc") {
      beginNs = lastPixel(layers, starts, finish, inputs[0]);
      finish[start] = beginNs + steps[place][0];
    } else if (layer.op === "add") {
      const sources = inputs.map((input) => sumSource(layers[input], layer, starts[input], rules));
      beginNs = Math.max(...sources.map((source) => finish[source.start]));
      runSum(layer, steps[place], finish, start, sources);
    } else if (!rules.windowsOverlap) {
      beginNs = lastPixel(layers, starts, finish, inputs[0]);
      runFreely(layer, steps[place], finish, start, beginNs);
    } else {
      const source = layers[inputs[0]];
      beginNs = runWindows(layer, steps[place], finish, start, { layer: source, start: starts[inputs[0]] });
    }
    return { beginNs, finishNs: finish[end - 1] };
  });
}

function lastPixel(layers: readonly CostLayer[], starts: number[], finish: Float64Array, place: number): number {
  return finish[starts[place] + layers[place].outHeight * layers[place].outWidth - 1];
}

/** A layer that waits for nothing once it has begun. */
function runFreely(
  layer: CostLayer,
  step: PixelKinds<number>,
  finish: Float64Array,
  start: number,
  beginNs: number,
): void {
  let now = beginNs;
  let at = start;
  for (let y = 0; y < layer.outHeight; y++) {
    now += step[y === 0 ? 0 : 2];
    finish[at] = now;
    now = fillRow(finish, at, at + layer.outWidth, now, step[y === 0 ? 1 : 3]);
    at += layer.outWidth;
  }
}

/** Pixels after `from` follow it at `stepNs` each, up to `end`; returns when the last one is there. */
function fillRow(finish: Float64Array, from: number, end: number, now: number, stepNs: number): number {
  for (let at = from + 1; at < end; at++) finish[at] = now + (at - from) * stepNs;
  return finish[end - 1];
}

/** A convolution or pooling; returns when its first pixel has its input. */
function runWindows(
  layer: CostLayer,
  step: PixelKinds<number>,
  finish: Float64Array,
  start: number,
  source: { layer: CostLayer; start: number },
): number {
  const { outHeight, outWidth, kernel, padding, stride } = layer;
  const [height, width] = [source.layer.outHeight, source.layer.outWidth];
  // The window of pixel 0 reaches so far into the map.
  const reach = Math.max(kernel - padding, 1);
  const firstColumn = Math.min(reach, width) - 1;
  const lastColumn = Math.min(reach + stride * (outWidth - 1), width) - 1;
  const beginNs = finish[source.start + (Math.min(reach, height) - 1) * width + firstColumn];
  let now = 0;
  let at = start;
  for (let y = 0; y < outHeight; y++) {
    const sourceRow = source.start + (Math.min(reach + stride * y, height) - 1) * width;
    const end = at + outWidth;
    const rowComplete = finish[sourceRow + lastColumn];
    const stepNs = step[y === 0 ? 1 : 3];
    now = Math.max(now, finish[sourceRow + firstColumn]) + step[y === 0 ? 0 : 2];
    finish[at] = now;
    let column = reach - 1;
    while (now < rowComplete && at + 1 < end) {
      column += stride;
      const needed = finish[sourceRow + (column < width ? column : width - 1)];
      now = (now < needed ? needed : now) + stepNs;
      finish[++at] = now;
    }
    now = fillRow(finish, at, end, now, stepNs);
    at = end;
  }
  return beginNs;
}

/** Where a sum finds pixel (y, x) of one input: start + min(y · rowPitch + x · pitch, last). */
interface SumSource {
  start: number;
  rowPitch: number;
  pitch: number;
  last: number;
}

function sumSource(source: CostLayer, sum: CostLayer, start: number, { resampleShortcuts }: PipelineRules): SumSource {
  const last = source.outHeight * source.outWidth - 1;
  if (!resampleShortcuts) return { start, rowPitch: sum.outWidth, pitch: 1, last };
  const rowsApart = Math.max(1, Math.round(source.outHeight / sum.outHeight));
  const pitch = Math.max(1, Math.round(source.outWidth / sum.outWidth));
  return { start, rowPitch: rowsApart * source.outWidth, pitch, last };
}

function runSum(
  layer: CostLayer,
  step: PixelKinds<number>,
  finish: Float64Array,
  start: number,
  sources: readonly SumSource[],
): void {
  const pixels = layer.outHeight * layer.outWidth;
  // First, each pixel holds when its inputs are there.
  finish.fill(0, start, start + pixels);
  for (const source of sources) waitFor(source, layer, finish, start);
  let now = 0;
  let at = start;
  for (let y = 0; y < layer.outHeight; y++) {
    const end = at + layer.outWidth;
    const stepNs = step[y === 0 ? 1 : 3];
    now = (now < finish[at] ? finish[at] : now) + step[y === 0 ? 0 : 2];
    finish[at++] = now;
    for (; at < end; at++) {
      const needed = finish[at];
      now = (now < needed ? needed : now) + stepNs;
      finish[at] = now;
    }
  }
}

/** Raises the pixels' times to those of the pixels of one input that they wait for. */
function waitFor(
  { start: sourceStart, rowPitch, pitch, last }: SumSource,
  { outHeight, outWidth }: CostLayer,
  finish: Float64Array,
  start: number,
): void {
  const end = sourceStart + last;
  let at = start;
  for (let y = 0; y < outHeight; y++) {
    let from = sourceStart + y * rowPitch;
    for (let x = 0; x < outWidth; x++) {
      const needed = finish[from < end ? from : end];
      if (finish[at] < needed) finish[at] = needed;
      at++;
      from += pitch;
    }
  }
}
