import { expect } from "chai";
import fc from "fast-check";
import { isNasError } from "../../../src/base/errors.js";
import { readSafetensors, type Tensor, writeSafetensors } from "../../../src/network/safetensors.js";
import { expectNasError } from "../../support/expect-nas-error.js";

/** A file by the format's description: header length, header, data. */
function fileOf(header: string, data: Uint8Array | number[] = []): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header, "utf8"), Uint8Array.from(data)]);
}

const arrays = { F32: Float32Array, F64: Float64Array, I8: Int8Array, U8: Uint8Array, I32: Int32Array };

const anyTensor: fc.Arbitrary<Tensor> = fc
  .tuple(
    fc.constantFrom(...(Object.keys(arrays) as Tensor["dtype"][])),
    fc.array(fc.nat(3), { maxLength: 4 }),
    fc.uint8Array({ minLength: 648, maxLength: 648 }),
  )
  .map(([dtype, shape, bytes]) => {
    const length = shape.reduce((product, side) => product * side, 1);
    return { dtype, shape, data: new arrays[dtype](bytes.slice().buffer, 0, length) } as Tensor;
  });

const anyFile = fc
  .tuple(
    fc.dictionary(
      fc.string({ unit: "binary", maxLength: 8 }).filter((name) => name !== "__metadata__"),
      anyTensor,
      { maxKeys: 5 },
    ),
    fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
  )
  .map(([tensors, metadata]) => ({ tensors: new Map(Object.entries(tensors)), metadata: { ...metadata } }));

const bytesOf = ({ data }: Tensor) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex");

describe("readSafetensors", () => {
  it("reads a file written by hand, in a Uint8Array or a Buffer of shared memory", () => {
    const header =
      '{"__metadata__":{"made":"by hand"},"b":{"dtype":"I32","shape":[2],"data_offsets":[1,9]},' +
      '"a":{"dtype":"U8","shape":[1,1],"data_offsets":[0,1]},"none":{"dtype":"F64","shape":[0,7],"data_offsets":[9,9]}}';
    const file = fileOf(header, [200, 1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff]);
    const inside = Buffer.concat([Buffer.from("abc"), file]).subarray(3);
    for (const bytes of [file, new Uint8Array(file), inside]) {
      const { tensors, metadata } = readSafetensors(bytes, "file");
      expect(metadata).to.deep.equal({ made: "by hand" });
      expect(tensors.get("a")).to.deep.equal({ dtype: "U8", shape: [1, 1], data: Uint8Array.of(200) });
      expect(tensors.get("b")).to.deep.equal({ dtype: "I32", shape: [2], data: Int32Array.of(1, -2) });
      expect(tensors.get("none")).to.deep.equal({ dtype: "F64", shape: [0, 7], data: new Float64Array() });
    }
  });

  it("copies: neither a change of the file nor of a tensor reaches the other", () => {
    const file = fileOf('{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}', [1, 2]);
    const { data } = readSafetensors(file, "file").tensors.get("a")!;
    file.fill(9);
    expect([...data]).to.deep.equal([1, 2]);
    expect(data.buffer.byteLength).to.equal(2);
  });

  it("gives back what writeSafetensors wrote, for any tensors, names and metadata", () => {
    fc.assert(
      fc.property(anyFile, ({ tensors, metadata }) => {
        const bytes = writeSafetensors(tensors, metadata);
        const read = readSafetensors(bytes, "file");
        expect([...read.tensors.keys()]).to.have.members([...tensors.keys()]);
        for (const [name, tensor] of tensors) {
          const found = read.tensors.get(name)!;
          expect({ dtype: found.dtype, shape: found.shape }).to.deep.equal({
            dtype: tensor.dtype,
            shape: tensor.shape,
          });
          // By bytes, so that every NaN counts as itself.
          expect(bytesOf(found)).to.equal(bytesOf(tensor));
        }
        expect(Object.entries(read.metadata)).to.have.deep.members(Object.entries(metadata));
      }),
    );
  });

  describe("refuses", () => {
    const good = writeSafetensors(
      new Map<string, Tensor>([
        ["conv.weight", { dtype: "F32", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
        ["codes", { dtype: "U8", shape: [5], data: Uint8Array.of(1, 2, 3, 4, 5) }],
      ]),
      { format: "test" },
    );

    it("a file cut anywhere, and one with bytes too many", () => {
      for (let length = 0; length < good.length; length++) {
        for (const bytes of [good.subarray(0, length), Buffer.from(good.subarray(0, length))])
          expectNasError("NAS_NETWORK_WEIGHTS", () => readSafetensors(bytes, "weights.safetensors"));
      }
      const longer = Buffer.concat([good, Buffer.alloc(1)]);
      const error = expectNasError("NAS_NETWORK_WEIGHTS", () => readSafetensors(longer, "weights.safetensors"));
      expect(error.message).to.contain("weights.safetensors").and.contain("1 bytes after");
      expect(error.context).to.include({ file: "weights.safetensors" });
    });

    it("damage with this error or reads on, at every bit, and fails in no other way", () => {
      let refused = 0;
      for (let bit = 0; bit < good.length * 8; bit++) {
        const damaged = good.slice();
        damaged[bit >> 3] ^= 1 << (bit & 7);
        refused += reads(damaged) ? 0 : 1;
      }
      // The header length, braces, quotes, keys, types, shapes and offsets all matter; names, metadata and data may be anything.
      expect(refused).to.be.greaterThan(good.length * 4);
    });

    it("any header at all with this error or reads on", () => {
      const entry = fc.record(
        {
          dtype: fc.oneof(fc.constantFrom("F32", "U8", "constructor", "__proto__", "toString", "BF16"), fc.jsonValue()),
          shape: fc.oneof(fc.array(fc.maxSafeNat(), { maxLength: 3 }), fc.jsonValue()),
          data_offsets: fc.oneof(fc.array(fc.maxSafeNat(), { maxLength: 3 }), fc.jsonValue()),
        },
        { requiredKeys: [] },
      );
      const header = fc.oneof(
        fc.jsonValue(),
        fc.dictionary(
          fc.oneof(fc.string(), fc.constantFrom("__metadata__", "__proto__")),
          fc.oneof(entry, fc.jsonValue()),
        ),
      );
      fc.assert(
        fc.property(header, fc.uint8Array({ maxLength: 40 }), (value, data) => {
          reads(fileOf(JSON.stringify(value), data));
        }),
        { numRuns: 500 },
      );
    });

    const hostile: Record<string, Uint8Array> = {
      "a header length of 2^63": Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 0x80]), good.subarray(8)]),
      "a header length of 10 GB": Buffer.from([0, 0xe4, 0x0b, 0x54, 2, 0, 0, 0, 0x7b, 0x7d]),
      "a tensor of 4 PB": fileOf(
        '{"a":{"dtype":"F32","shape":[1000000000000000],"data_offsets":[0,4000000000000000]}}',
      ),
      "a shape whose product is beyond all numbers": fileOf(
        `{"a":{"dtype":"F64","shape":[${new Array(40).fill("9007199254740991").join()}],"data_offsets":[0,8]}}`,
        new Array<number>(8).fill(0),
      ),
      "offsets that run backwards": fileOf('{"a":{"dtype":"U8","shape":[1],"data_offsets":[2,1]}}', [1, 2]),
      "a negative side": fileOf('{"a":{"dtype":"U8","shape":[-1,-1],"data_offsets":[0,1]}}', [1]),
      "a tensor behind a gap": fileOf('{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}', [1, 2]),
      "an unknown type": fileOf('{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}', [1, 2]),
      "metadata that is no text": fileOf('{"__metadata__":{"a":1}}'),
      "a list": fileOf("[]"),
      "no JSON": fileOf("{"),
    };
    for (const [title, bytes] of Object.entries(hostile)) {
      it(title, () => {
        expectNasError("NAS_NETWORK_WEIGHTS", () => readSafetensors(bytes, "file"));
      });
    }

    it("a header that names the same bytes many times, before it takes memory for them", () => {
      const megabyte = 1_000_000;
      const names = Array.from({ length: 20_000 }, (_, index) => [
        `t${index}`,
        { dtype: "U8", shape: [megabyte], data_offsets: [0, megabyte] },
      ]);
      const file = fileOf(JSON.stringify(Object.fromEntries(names)), new Uint8Array(megabyte));
      const before = process.memoryUsage().arrayBuffers;
      expectNasError("NAS_NETWORK_WEIGHTS", () => readSafetensors(file, "file"));
      expect(process.memoryUsage().arrayBuffers - before).to.be.lessThan(50 * megabyte);
    });
  });
});

describe("writeSafetensors", () => {
  it("aligns the data to 8 bytes and gives equal bytes whatever the order of the tensors", () => {
    fc.assert(
      fc.property(anyFile, ({ tensors, metadata }) => {
        const bytes = writeSafetensors(tensors, metadata);
        const header = Number(Buffer.from(bytes).readBigUInt64LE());
        expect((8 + header) % 8).to.equal(0);
        const reversed = new Map([...tensors].reverse());
        expect(Buffer.compare(writeSafetensors(reversed, metadata), bytes)).to.equal(0);
      }),
    );
  });
});

/** Whether the file is read; where it is not, with the one error there is for it. */
function reads(bytes: Uint8Array): boolean {
  try {
    readSafetensors(bytes, "file");
    return true;
  } catch (error) {
    if (!isNasError(error, "NAS_NETWORK_WEIGHTS")) throw error;
    return false;
  }
}
