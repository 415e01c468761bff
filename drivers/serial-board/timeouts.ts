import type { Capabilities } from "nas4cim/wire";

/** How long a board may take, from what it says of itself. */
export class Timeouts {
  readonly #bytesPerMs: number;
  readonly #factor: number;
  readonly #capabilities?: Capabilities;

  /** @param factor multiplies every timeout */
  constructor(bytesPerSecond: number, factor: number, capabilities?: Capabilities) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#factor = factor;
    this.#capabilities = capabilities;
  }

  /** Three times the line's time for the bytes, the board's own time for its work, and half a second for all the rest. */
  of(bytes: number, workNs = 0): number {
    return this.#factor * ((3 * bytes) / this.#bytesPerMs + workNs / 1e6 + 500);
  }

  program(cells: number): number {
    return this.of(cells, cells * (this.#capabilities?.writeCellNs ?? 0) * 3);
  }

  readback(cells: number): number {
    return this.of(cells, cells * (this.#capabilities?.readCellNs ?? 0) * 3);
  }

  multiply(bytes: number, planes: number): number {
    return this.of(bytes, planes * (this.#capabilities?.planeNs ?? 0) * 3);
  }
}
