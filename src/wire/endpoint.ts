/**
 * One side of the protocol as whoever moves its bytes sees it. It has no clock and does no I/O: bytes and times (ms, never
 * running backwards) come in, encoded frames go out when they are asked for.
 */
export interface Endpoint {
  /** Takes bytes from the line. */
  receive(chunk: Uint8Array, nowMs: number): void;
  /** The next encoded frame for the line, undefined where nothing is to be sent now. */
  nextFrame(nowMs: number): Uint8Array | undefined;
  /** When nextFrame must be asked again though nothing came; Infinity where never. */
  wakeAtMs(): number;
  /** Called when there may be something to send that neither bytes nor time brought. */
  onWork?: () => void;
}
