import type { MatrixLayer } from "../network/quantize.js";

/**
 * Unrolls feature maps into the input vectors of a layer's matrix product: one vector a position, rows in the order
 * (ky, kx, channel), of which rowBegin … rowEnd − 1 are given.
 * @param maps [images × height × width × channels]
 * @returns [images × positions × (rowEnd − rowBegin)]
 */
export function unroll(layer: MatrixLayer, maps: Uint8Array, images: number, rowBegin = 0, rowEnd = layer.rows): Uint8Array {
  const { inShape, outShape, kernelHeight, kernelWidth, stride, padding } = layer;
  const { height, width, channels } = inShape;
  const paddedWidth = width + 2 * padding;
  const paddedHeight = height + 2 * padding;
  const lineBytes = paddedWidth * channels;
  const patchBytes = kernelWidth * channels;
  // In a zero-padded map the pixels of one kernel line are neighbours, so a vector is a few copies of whole stretches.
  const stretches: { from: number; length: number }[] = [];
  for (let ky = 0; ky < kernelHeight; ky++) {
    const begin = Math.max(rowBegin, ky * patchBytes);
    const end = Math.min(rowEnd, (ky + 1) * patchBytes);
    if (begin < end) stretches.push({ from: ky * lineBytes + begin - ky * patchBytes, length: end - begin });
  }
  const mapBytes = height * width * channels;
  const padded = padding > 0 ? new Uint8Array(paddedHeight * lineBytes) : undefined;
  const vectors = new Uint8Array(images * outShape.height * outShape.width * (rowEnd - rowBegin));
  let to = 0;
  for (let image = 0; image < images; image++) {
    let map = maps.subarray(image * mapBytes, (image + 1) * mapBytes);
    if (padded) {
      for (let y = 0; y < height; y++) {
        padded.set(map.subarray(y * width * channels, (y + 1) * width * channels), (y + padding) * lineBytes + padding * channels);
      }
      map = padded;
    }
    for (let y = 0; y < outShape.height; y++) {
      for (let x = 0; x < outShape.width; x++) {
        const origin = y * stride * lineBytes + x * stride * channels;
        for (const { from, length } of stretches) {
          const start = origin + from;
          for (let byte = 0; byte < length; byte++) vectors[to + byte] = map[start + byte];
          to += length;
        }
      }
    }
  }
  return vectors;
}
