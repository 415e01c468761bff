import { expect } from "chai";
import fc from "fast-check";
import { readMap, writeMap } from "../../../src/wire/cbor.js";
import { maps, type MapName } from "../../../src/wire/constants.js";
import { expectNasError } from "../../support/expect-nas-error.js";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const event = writeMap("event", { level: "info", text: "x" });

describe("CBOR on the wire", () => {
  it("refuses all that is not the shortest, definite and complete form", () => {
    const cases: Record<string, string> = {
      "indefinite map": "bf 656c6576656c 64696e666f 6474657874 6178 ff",
      "indefinite text": "a2 656c6576656c 7f64696e666fff 6474657874 6178",
      "same key twice": "a3 656c6576656c 64696e666f 656c6576656c 64696e666f 6474657874 6178",
      "length longer than needed": "a2 656c6576656c 7804696e666f 6474657874 6178",
      "a length of 4 GB": "a2 656c6576656c 7affffffff 69",
      "a map of 2^32 entries": "baffffffff",
      "a tag": "c0 6178",
      "no map": "83 01 02 03",
      "cut short": "a2 656c6576656c",
      empty: "",
      "a key missing": "a1 656c6576656c 64696e666f",
      "another type": "a2 656c6576656c 01 6474657874 6178",
      "bytes behind it": `${Buffer.from(event).toString("hex")}00`,
    };
    for (const hex of Object.values(cases)) expectNasError("NAS_WIRE_PROTOCOL", () => readMap("event", bytes(hex)));
    expectNasError("NAS_WIRE_PROTOCOL", () => readMap("event", new Uint8Array(5000)));
    // Four thousand arrays one in the other.
    expectNasError("NAS_WIRE_PROTOCOL", () => readMap("event", new Uint8Array(4096).fill(0x81)));
  });

  it("refuses values out of their bounds and ignores keys that it does not know", () => {
    expectNasError("NAS_WIRE_PROTOCOL", () =>
      readMap("event", writeMap("event", { level: "info", text: "x".repeat(513) })),
    );
    const more = bytes(`a3${Buffer.from(event.subarray(1)).toString("hex")} 6474757475 01`);
    expect(readMap("event", more)).to.deep.equal({ level: "info", text: "x" });
  });

  it("never ends otherwise than with a value or a coded error, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom(...(Object.keys(maps) as MapName[])),
        (garbage, name) => {
          expectNasError("NAS_WIRE_PROTOCOL", () => readMap(name, garbage));
        },
      ),
      { numRuns: 500 },
    );
  });
});
