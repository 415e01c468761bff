/**
 * How long to wait for an acknowledgement: smoothed round trip and its variation (RFC 6298), doubled after each timeout.
 * Frames that were sent twice are no measure (Karn and Partridge 1987); the caller leaves them out.
 */
export class RoundTrip {
  readonly #leastMs: number;
  readonly #mostMs: number;
  #smoothedMs?: number;
  #variationMs = 0;
  #timeoutMs: number;
  #backoff = 1;

  /** @param firstMs timeout as long as nothing is measured */
  constructor(firstMs: number, leastMs = 30, mostMs = 3000) {
    this.#leastMs = leastMs;
    this.#mostMs = Math.max(mostMs, firstMs);
    this.#timeoutMs = firstMs;
  }

  measured(roundTripMs: number): void {
    if (this.#smoothedMs === undefined) {
      this.#smoothedMs = roundTripMs;
      this.#variationMs = roundTripMs / 2;
    } else {
      this.#variationMs += (Math.abs(this.#smoothedMs - roundTripMs) - this.#variationMs) / 4;
      this.#smoothedMs += (roundTripMs - this.#smoothedMs) / 8;
    }
    this.#timeoutMs = Math.max(this.#leastMs, this.#smoothedMs + 4 * this.#variationMs);
    this.#backoff = 1;
  }

  timedOut(): void {
    this.#backoff = Math.min(64, this.#backoff * 2);
  }

  get timeoutMs(): number {
    return Math.min(this.#mostMs, this.#timeoutMs * this.#backoff);
  }

  /** Undefined as long as nothing is measured. */
  get smoothedMs(): number | undefined {
    return this.#smoothedMs;
  }
}
