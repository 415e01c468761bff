/** Height × width × channels of a feature map. */
export interface Shape {
  height: number;
  width: number;
  channels: number;
}

/** A square window that slides over a map, of a convolution or a pool. */
export interface Window {
  kernel: number;
  stride: number;
  padding: number;
}

/** Places that a window takes along a side of a map; below 1 where it does not fit. */
export function windowPlaces({ kernel, stride, padding }: Window, size: number): number {
  return Math.floor((size + 2 * padding - kernel) / stride) + 1;
}
