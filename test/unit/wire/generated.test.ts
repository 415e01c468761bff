import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { readMap, writeMap } from "../../../src/wire/cbor.js";
import { frameHeader, structs, type MapName } from "../../../src/wire/constants.js";
import { wireCddl, wireHeader } from "../../../src/wire/describe.js";
import { encodeFrame, FrameDecoder } from "../../../src/wire/frame.js";
import { layoutBytes, writeLayout } from "../../../src/wire/layout.js";
import { pack, unpack } from "../../../src/wire/packing.js";
import { fillPage } from "../../support/wire-page.js";
import { wireVectors } from "../../support/wire-vectors.js";

const root = packageRoot();
const read = (path: string) => readFileSync(join(root, path), "utf8");
const vectors = (name: string) => JSON.parse(read(`fixtures/vectors/wire/${name}.json`)) as unknown;
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));
const again = "run: node scripts/make-wire.mjs";

describe("what is generated from src/wire/constants.ts", () => {
  it("stands in docs/wire-protocol.md", async () => {
    const page = read("docs/wire-protocol.md");
    expect(page, again).to.equal(await fillPage(page));
  });

  it("stands in firmware/nas4cim-wire.h", () => {
    expect(read("firmware/nas4cim-wire.h"), again).to.equal(wireHeader());
  });

  it("stands in the test vectors", () => {
    for (const [name, content] of Object.entries(wireVectors()))
      expect(vectors(name), again).to.deep.equal(JSON.parse(JSON.stringify(content)));
  });

  it("compiles as C, with structures of the right sizes", function () {
    if (spawnSync("cc", ["--version"]).status !== 0) this.skip();
    const checks = Object.entries({ ...structs, frame_header: frameHeader }).map(
      ([name, fields]) =>
        `typedef char check_${name}[sizeof(nas4cim_${name.replaceAll(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}_t) == ${layoutBytes(fields)} ? 1 : -1];`,
    );
    const source = `#include "nas4cim-wire.h"\nconst uint8_t hash[8] = NAS4CIM_SCHEMA_HASH;\n${checks.join("\n")}\n`;
    const compiler = ["-std=c99", "-Wall", "-Werror", "-fsyntax-only", "-I", join(root, "firmware"), "-x", "c", "-"];
    const { status, stderr } = spawnSync("cc", compiler, { input: source, encoding: "utf8" });
    expect(status, stderr).to.equal(0);
  });

  it("describes every map in CDDL", () => {
    expect(wireCddl()).to.match(/^hello = \{\n {2}nonce: bstr \.size 8,/);
    expect(wireCddl()).to.include("? temperatureC: number");
  });
});

describe("the test vectors of the wire", () => {
  it("are what frames are on the line, and back", () => {
    for (const { name, payload, line, ...fields } of vectors("frames") as (Record<string, number> & {
      name: string;
      payload: string;
      line: string;
    })[]) {
      const frame = {
        ...(fields as unknown as Parameters<typeof encodeFrame>[0]),
        payload: bytes(payload),
      };
      expect(Buffer.from(encodeFrame(frame)).toString("hex"), name).to.equal(line);
      const found: unknown[] = [];
      new FrameDecoder(1024).push(bytes(line), (one) => found.push({ ...one, payload: one.payload.slice() }));
      expect(found, name).to.deep.equal([frame]);
    }
  });

  it("agree with the table of the header", () => {
    const [, all] = vectors("frames") as Record<string, number>[];
    const view = new DataView(new ArrayBuffer(layoutBytes(frameHeader)));
    const { kind, epoch, credit, sequence, ack, flags } = all;
    writeLayout(frameHeader, { version: 1, kind, epoch, credit, sequence, ack, length: 3, flags }, view);
    expect(Buffer.from(view.buffer).toString("hex")).to.equal("01013412efcdab89feff01ff03000100");
  });

  it("hold frames that every receiver discards", () => {
    for (const { name, line, discardedAs } of vectors("bad-frames") as Record<
      "name" | "line" | "discardedAs",
      string
    >[]) {
      const decoder = new FrameDecoder(64);
      decoder.push(bytes(line), () => expect.fail(name));
      const { damaged, foreign, oversize } = decoder.counters;
      expect({ damaged, foreign, oversize }, name).to.deep.equal({
        damaged: 0,
        foreign: 0,
        oversize: 0,
        [discardedAs]: 1,
      });
    }
  });

  it("hold CBOR that reads and writes back", () => {
    const { cbor } = vectors("messages") as { cbor: { name: string; map: MapName; bytes: string }[] };
    for (const { name, map, bytes: hex } of cbor)
      expect(Buffer.from(writeMap(map, readMap(map, bytes(hex)))).toString("hex"), name).to.equal(hex);
  });

  it("hold packed values", () => {
    for (const { values, rows, width, isSigned, bytes: hex } of vectors("packing") as {
      values: number[];
      rows: number;
      width: number;
      isSigned: boolean;
      bytes: string;
    }[]) {
      expect(Buffer.from(pack(values, rows, values.length / rows, width)).toString("hex")).to.equal(hex);
      const target = new Int32Array(values.length);
      unpack(bytes(hex), rows, values.length / rows, width, isSigned, target);
      expect([...target]).to.deep.equal(values);
    }
  });
});
