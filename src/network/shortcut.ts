import type { Shape } from "./shape.js";

/**
 * How the maps of a sum come to one shape without parameters (He et al. 2016, option A): the sum has the smallest of the
 * sizes and the most of the channels; of a larger map every stride-th pixel is taken, from the first on; missing channels are
 * zeros, half of them (the smaller half) before the map's own and half after.
 */
export interface Shortcut {
  stride: number;
  zerosBefore: number;
}

/** The shape of a sum of these maps; `misfit`: the first map that no stride brings to it. */
export function sumShape(fed: readonly Shape[]): { shape: Shape; misfit?: number } {
  const shape = {
    height: Math.min(...fed.map(({ height }) => height)),
    width: Math.min(...fed.map(({ width }) => width)),
    channels: Math.max(...fed.map(({ channels }) => channels)),
  };
  const misfit = fed.findIndex((from) => {
    const { stride } = shortcutTo(shape, from);
    return Math.ceil(from.height / stride) !== shape.height || Math.ceil(from.width / stride) !== shape.width;
  });
  return misfit < 0 ? { shape } : { shape, misfit };
}

/** The shortcut from a map to a sum that it fits. */
export function shortcutTo(to: Shape, from: Shape): Shortcut {
  return { stride: Math.ceil(from.height / to.height), zerosBefore: Math.floor((to.channels - from.channels) / 2) };
}

/** Whether nothing is to be done. */
export function isSameShape(a: Shape, b: Shape): boolean {
  return a.height === b.height && a.width === b.width && a.channels === b.channels;
}

/** Maps [images × from] as a sum of shape `to` takes them, [images × to]; the same array where the shapes are the same. */
export function fitMaps<Maps extends Uint8Array | Int8Array>(maps: Maps, from: Shape, to: Shape): Maps {
  if (isSameShape(from, to)) return maps;
  const { stride, zerosBefore } = shortcutTo(to, from);
  const images = maps.length / (from.height * from.width * from.channels);
  const fitted = new (maps.constructor as new (length: number) => Maps)(images * to.height * to.width * to.channels);
  for (let image = 0; image < images; image++) {
    for (let y = 0; y < to.height; y++) {
      for (let x = 0; x < to.width; x++) {
        const source = ((image * from.height + y * stride) * from.width + x * stride) * from.channels;
        const target = ((image * to.height + y) * to.width + x) * to.channels + zerosBefore;
        for (let channel = 0; channel < from.channels; channel++) fitted[target + channel] = maps[source + channel];
      }
    }
  }
  return fitted;
}
