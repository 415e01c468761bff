/**
 * Writes messages in protocol buffers' wire format (protobuf.dev/programming-guides/encoding): as much of it as a
 * TensorFlow graph needs.
 */
export class MessageWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** A whole number as int32, int64, enum or bool; negative ones in two's complement of 64 bits. */
  int(field: number, value: number | bigint): this {
    this.#tag(field, 0);
    this.#varint(BigInt.asUintN(64, BigInt(value)));
    return this;
  }

  float(field: number, value: number): this {
    this.#tag(field, 5);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#append(bytes);
  }

  /** Bytes, a text in UTF-8, or a message inside this one. */
  bytes(field: number, value: Uint8Array | string | MessageWriter): this {
    const bytes = value instanceof MessageWriter ? value.finish() : value;
    const content = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
    this.#tag(field, 2);
    this.#varint(BigInt(content.length));
    return this.#append(content);
  }

  /** The message's bytes. */
  finish(): Uint8Array {
    const whole = new Uint8Array(this.#length);
    let offset = 0;
    for (const part of this.#parts) {
      whole.set(part, offset);
      offset += part.length;
    }
    return whole;
  }

  /** What begins a field: its number, and how its value is written. */
  #tag(field: number, wireType: 0 | 2 | 5): void {
    this.#varint(BigInt(field * 8 + wireType));
  }

  #varint(value: bigint): void {
    const bytes: number[] = [];
    let rest = value;
    do {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      bytes.push(rest === 0n ? low : low | 0x80);
    } while (rest !== 0n);
    this.#append(Uint8Array.from(bytes));
  }

  #append(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return this;
  }
}
