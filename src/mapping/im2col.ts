import { unrollFast } from "../kernels/digital.js";
import type { MatrixLayer } from "../network/quantized-network.js";

/**
 * Unrolls feature maps into the input vectors of a layer's matrix product: one vector a position, rows in the order
 * (ky, kx, channel), of which rowBegin … rowEnd − 1 are given.
 * @param maps [images × height × width × channels]
 * @returns [images × positions × (rowEnd − rowBegin)]
 */
export function unroll(
  layer: MatrixLayer,
  maps: Uint8Array,
  images: number,
  rowBegin = 0,
  rowEnd = layer.rows,
): Uint8Array {
  const { inShape, outShape, kernelHeight, kernelWidth, stride, padding } = layer;
  const { height: outHeight, width: outWidth } = outShape;
  return unrollFast(
    { ...inShape, kernelHeight, kernelWidth, stride, padding, outHeight, outWidth },
    maps,
    images,
    rowBegin,
    rowEnd,
  );
}

/** The specification of `unroll`, in plain loops; the fast one must give the same bytes. */
export function unrollReference(
  layer: MatrixLayer,
  maps: Uint8Array,
  images: number,
  rowBegin = 0,
  rowEnd = layer.rows,
): Uint8Array {
  const { inShape, outShape, kernelWidth, stride, padding } = layer;
  const { height, width, channels } = inShape;
  const vectors = new Uint8Array(images * outShape.height * outShape.width * (rowEnd - rowBegin));
  let to = 0;
  for (let image = 0; image < images; image++) {
    for (let y = 0; y < outShape.height; y++) {
      for (let x = 0; x < outShape.width; x++) {
        for (let row = rowBegin; row < rowEnd; row++) {
          const channel = row % channels;
          const inX = x * stride + (Math.floor(row / channels) % kernelWidth) - padding;
          const inY = y * stride + Math.floor(row / channels / kernelWidth) - padding;
          const isInside = inX >= 0 && inY >= 0 && inX < width && inY < height;
          vectors[to++] = isInside ? maps[((image * height + inY) * width + inX) * channels + channel] : 0;
        }
      }
    }
  }
  return vectors;
}
