/** Height × width × channels of a feature map. */
export interface Shape {
  height: number;
  width: number;
  channels: number;
}
