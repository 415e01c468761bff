import { expect } from "chai";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isNasError, type ErrorCode, type NasError } from "../../../src/base/errors.js";
import { packageRoot } from "../../../src/base/paths.js";
import type { ConvNode } from "../../../src/network/network.js";
import { floatPredictionsName, readNetwork } from "../../../src/network/read-network.js";
import type { Tensor } from "../../../src/network/safetensors.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { expectLocatedErrors, mutationsOf } from "../../support/json-mutations.js";
import { residualDescription } from "../../support/residual-network.js";
import { randomTensors, smallDescription, writeNetwork } from "../../support/small-network.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

type Json = Record<string, unknown>;

describe("readNetwork", () => {
  const folder = temporaryFolder();
  let number = 0;
  const fresh = () => join(folder(), `network-${number++}`);

  /** The small network with its description and tensors changed. */
  function written(change: (description: Json, nodes: Json[], tensors: Map<string, Tensor>) => void): string {
    const description = structuredClone(smallDescription()) as unknown as Json;
    const tensors = randomTensors(smallDescription(), 1);
    change(description, description.nodes as Json[], tensors);
    return writeNetwork(fresh(), description, tensors);
  }

  function refused(code: ErrorCode, change: Parameters<typeof written>[0]): NasError {
    const place = written(change);
    const error = expectNasError(code, () => readNetwork(place));
    expect(error.message).to.contain(place);
    return error;
  }

  it("gives description, tensors and a hash of both files", () => {
    const place = written(() => undefined);
    const { description, tensors, hash } = readNetwork(place);
    expect(description).to.deep.equal(smallDescription());
    expect([...tensors]).to.have.deep.members([...randomTensors(smallDescription(), 1)]);
    const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");
    const files = ["network.json", "weights.safetensors"].map((name) => sha256(readFileSync(join(place, name))));
    expect(hash).to.equal(sha256(files.join("")));
  });

  it("reads the shipped network", () => {
    const { description, tensors } = readNetwork(join(packageRoot(), "fixtures/networks/fashion-mnist-accuracy-first"));
    expect(description.nodes.map(({ id }) => id)).to.deep.equal(["conv1", "conv2", "conv3", "pool", "fc"]);
    expect(tensors.get(floatPredictionsName)?.data.length).to.equal(10_000);
  });

  it("tells which file is missing, and what cannot be read", () => {
    const empty = fresh();
    mkdirSync(empty);
    expect(expectNasError("NAS_NETWORK_NOT_FOUND", () => readNetwork(empty)).message).to.equal(
      `no network.json in ${empty}`,
    );
    writeFileSync(join(empty, "network.json"), "{}");
    expect(expectNasError("NAS_NETWORK_NOT_FOUND", () => readNetwork(empty)).message).to.contain(
      "no weights.safetensors",
    );
    mkdirSync(join(empty, "weights.safetensors"));
    expect(expectNasError("NAS_NETWORK_NOT_FOUND", () => readNetwork(empty)).message).to.contain("cannot read");
  });

  describe("refuses a description with", () => {
    const faults: [title: string, message: RegExp, change: (description: Json, nodes: Json[]) => void][] = [
      ["an unknown key, naming the nearest", /inputt is no known key/, (top) => (top.inputt = 1)],
      [
        "an unknown key of a node, naming its place",
        /nodes\[0\]\.outputBit is no known key/,
        (_, nodes) => (nodes[0].outputBit = 4),
      ],
      ["an unknown key of the input", /input\.stepp is no known key/, ({ input }) => ((input as Json).stepp = 1)],
      ["another format", /format is "onnx", expected "nas4cim-network"/, (top) => (top.format = "onnx")],
      ["a newer version", /version is 2, expected 1/, (top) => (top.version = 2)],
      ["no name", /name is missing/, (top) => delete top.name],
      ["no input", /input is missing/, (top) => delete top.input],
      ["no nodes", /nodes is \[\], expected a list in brackets of 1 to 10000 entries/, (top) => (top.nodes = [])],
      ["no provenance", /provenance is missing/, (top) => delete top.provenance],
      [
        "a text for a number",
        /nodes\[0\]\.kernel is "3", expected a whole number from 1 to 31/,
        (_, nodes) => (nodes[0].kernel = "3"),
      ],
      ["a broken number", /nodes\[1\]\.stride is 1\.5/, (_, nodes) => (nodes[1].stride = 1.5)],
      [
        "a number out of range",
        /nodes\[0\]\.weightBits is 9, expected a whole number from 2 to 8/,
        (_, nodes) => (nodes[0].weightBits = 9),
      ],
      ["a missing number", /nodes\[3\]\.outFeatures is missing/, (_, nodes) => delete nodes[3].outFeatures],
      ["a step of zero", /input\.step is 0, expected a number above 0/, ({ input }) => ((input as Json).step = 0)],
      ["a negative epsilon", /nodes\[0\]\.batchNormEpsilon is -1/, (_, nodes) => (nodes[0].batchNormEpsilon = -1)],
      [
        "an unknown operation",
        /nodes\[0\]\.op is "cnv", expected one of conv, add/,
        (_, nodes) => (nodes[0].op = "cnv"),
      ],
      [
        "an operation from the prototype",
        /op is "toString", expected one of conv/,
        (_, nodes) => (nodes[0].op = "toString"),
      ],
      [
        "two inputs",
        /nodes\[2\]\.inputs is \["first","second"\], expected a list in brackets of 1 entry/,
        (_, nodes) => (nodes[2].inputs = ["first", "second"]),
      ],
      [
        "a node that is no object",
        /nodes\[1\] is null, expected an object in braces/,
        (_, nodes) => (nodes[1] = null as unknown as Json),
      ],
      ["an end that gives no logits", /nodes\[2\] is the last node and a globalAveragePool/, (_, nodes) => nodes.pop()],
      [
        "a node behind the logits",
        /nodes\[0\] is an fc before the end/,
        (_, nodes) =>
          nodes.unshift({ id: "early", op: "fc", inputs: ["input"], inFeatures: 128, outFeatures: 2, weightBits: 4 }),
      ],
    ];
    for (const [title, message, change] of faults) {
      it(title, () => {
        expect(refused("NAS_NETWORK_INVALID", change).message).to.match(message);
      });
    }

    it("text that is no JSON", () => {
      const place = written(() => undefined);
      writeFileSync(join(place, "network.json"), "{ nodes: ");
      expect(expectNasError("NAS_NETWORK_INVALID", () => readNetwork(place)).message).to.contain(
        "network.json:1:3: this is no JSON: expected a key in double quotes",
      );
    });

    it("shapes that do not fit, in both directions", () => {
      for (const [key, value] of Object.entries({ inChannels: 3, outChannels: 7 })) {
        const place = written((_, nodes) => (nodes[0][key] = value));
        expectNasError("NAS_NETWORK_SHAPE", () => readNetwork(place));
      }
    });
  });

  describe("refuses weights with", () => {
    const float = (shape: number[], ...values: number[]): Tensor => ({
      dtype: "F32",
      shape,
      data: Float32Array.from(values),
    });
    const faults: [title: string, message: RegExp, change: (tensors: Map<string, Tensor>) => void][] = [
      [
        "a missing tensor",
        /holds 17 tensors, 18 are wanted: lacks first\.bn\.mean/,
        (tensors) => tensors.delete("first.bn.mean"),
      ],
      [
        "a surplus tensor",
        /holds 19 tensors, 18 are wanted: has first\.bias, which no node wants/,
        (tensors) => tensors.set("first.bias", float([1], 0)),
      ],
      [
        "another shape of the same size",
        /"first\.weight" is \[2, 3, 3, 6\], node wants \[3, 3, 2, 6\]/,
        (tensors) => tensors.set("first.weight", { ...tensors.get("first.weight")!, shape: [2, 3, 3, 6] }),
      ],
      [
        "another type",
        /"classes\.weight_step" is F64, wanted F32/,
        (tensors) => tensors.set("classes.weight_step", { dtype: "F64", shape: [1], data: Float64Array.of(0.1) }),
      ],
      ["NaN", /"first\.weight" has NaN at position 5/, (tensors) => (tensors.get("first.weight")!.data[5] = NaN)],
      [
        "infinity",
        /"classes\.bias" has -Infinity at position 9/,
        (tensors) => (tensors.get("classes.bias")!.data[9] = -Infinity),
      ],
      [
        "a step of zero",
        /"pool\.output_step" is 0, it must be > 0/,
        (tensors) => (tensors.get("pool.output_step")!.data[0] = 0),
      ],
      [
        "a negative step",
        /"first\.weight_step" is -0\.5/,
        (tensors) => (tensors.get("first.weight_step")!.data[0] = -0.5),
      ],
      [
        "a negative variance",
        /"second\.bn\.variance" has a negative/,
        (tensors) => (tensors.get("second.bn.variance")!.data[3] = -1),
      ],
    ];
    for (const [title, message, change] of faults) {
      it(title, () => {
        expect(refused("NAS_NETWORK_WEIGHTS", (_, __, tensors) => change(tensors)).message).to.match(message);
      });
    }

    it("their end cut off", () => {
      const place = written(() => undefined);
      truncateSync(join(place, "weights.safetensors"), 2000);
      expect(expectNasError("NAS_NETWORK_WEIGHTS", () => readNetwork(place)).message).to.contain("truncated");
    });
  });

  describe("of a residual network", () => {
    function residual(change: (nodes: Record<string, Json>, tensors: Map<string, Tensor>) => void): string {
      const description = residualDescription();
      const tensors = randomTensors(description, 1);
      const nodes = description.nodes as unknown as Json[];
      change(Object.fromEntries(nodes.map((node) => [node.id as string, node])), tensors);
      return writeNetwork(fresh(), description, tensors);
    }

    it("gives sums, signed maps and steps a channel as they are", () => {
      const { description, tensors } = readNetwork(residual(() => undefined));
      expect(description).to.deep.equal(residualDescription());
      expect(tensors.get("b1.two.weight_step")!.shape).to.deep.equal([7]);
    });

    it("takes the words of what is left out", () => {
      const place = residual((nodes) => (nodes["b0.one"].activation = "relu"));
      expect((readNetwork(place).description.nodes[1] as ConvNode).activation).to.equal("relu");
    });

    const faults: [title: string, code: ErrorCode, message: RegExp, change: Parameters<typeof residual>[0]][] = [
      [
        "a sum of one map",
        "NAS_NETWORK_INVALID",
        /nodes\[3\]\.inputs is \[.*\], expected a list in brackets of 2 entries/,
        (nodes) => (nodes["b0.sum"].inputs = ["stem"]),
      ],
      [
        "a sum of three maps",
        "NAS_NETWORK_INVALID",
        /nodes\[3\]\.inputs is \[.*\], expected a list in brackets of 2 entries/,
        (nodes) => (nodes["b0.sum"].inputs = ["b0.two", "stem", "stem"]),
      ],
      [
        "a key that a sum lacks",
        "NAS_NETWORK_INVALID",
        /nodes\[3\]\.weightBits is no known key/,
        (nodes) => (nodes["b0.sum"].weightBits = 4),
      ],
      [
        "a sum without bits",
        "NAS_NETWORK_INVALID",
        /nodes\[3\]\.outputBits is missing/,
        (nodes) => delete nodes["b0.sum"].outputBits,
      ],
      [
        "an unknown activation",
        "NAS_NETWORK_INVALID",
        /nodes\[2\]\.activation is "linear", expected one of relu, none/,
        (nodes) => (nodes["b0.two"].activation = "linear"),
      ],
      [
        "an unknown share of a step",
        "NAS_NETWORK_INVALID",
        /nodes\[9\]\.weightStepPer is "row", expected one of layer, channel/,
        (nodes) => (nodes.classes.weightStepPer = "row"),
      ],
      [
        "a signed map of one bit",
        "NAS_NETWORK_INVALID",
        /nodes\[2\]\.outputBits is 1, expected a whole number from 2 to 8/,
        (nodes) => (nodes["b0.two"].outputBits = 1),
      ],
      [
        "a branch that leads nowhere",
        "NAS_NETWORK_INVALID",
        /nodes\[6\] \("b1\.short"\) is read by no node/,
        (nodes) => (nodes["b1.sum"].inputs = ["b1.two", "b1.two"]),
      ],
      [
        "a signed map in front of a convolution",
        "NAS_NETWORK_SHAPE",
        /"b0\.two" \(conv\).*only an add/,
        (nodes) => (nodes["b0.one"].activation = "none"),
      ],
      [
        "one step for a layer that has one a channel",
        "NAS_NETWORK_WEIGHTS",
        /"b0\.one\.weight_step" is \[1\], node wants \[5\]/,
        (_, tensors) => tensors.set("b0.one.weight_step", { dtype: "F32", shape: [1], data: Float32Array.of(0.1) }),
      ],
      [
        "a step a channel for a layer that has one",
        "NAS_NETWORK_WEIGHTS",
        /"classes\.weight_step" is \[4\], node wants \[1\]/,
        (nodes) => delete nodes.classes.weightStepPer,
      ],
      [
        "a channel's step of zero, naming its place",
        "NAS_NETWORK_WEIGHTS",
        /"b1\.one\.weight_step" is 0 at position 6, it must be > 0/,
        (_, tensors) => (tensors.get("b1.one.weight_step")!.data[6] = 0),
      ],
    ];
    for (const [title, code, message, change] of faults) {
      it(`refuses ${title}`, () => {
        const place = residual(change);
        expect(expectNasError(code, () => readNetwork(place)).message).to.match(message);
      });
    }
  });

  it("takes the float network's predictions beside the weights", () => {
    const predictions = Uint8Array.of(3, 1, 4);
    const place = written((_, __, tensors) =>
      tensors.set(floatPredictionsName, { dtype: "U8", shape: [3], data: predictions }),
    );
    expect(readNetwork(place).tensors.get(floatPredictionsName)!.data).to.deep.equal(predictions);
  });

  it("says line and column of a node that does not fit", () => {
    const place = written((_, nodes) => (nodes[1].inChannels = 5));
    const file = join(place, "network.json");
    writeFileSync(file, JSON.stringify(JSON.parse(readFileSync(file, "utf8")), undefined, 2));
    const error = expectNasError("NAS_NETWORK_SHAPE", () => readNetwork(place));
    const line =
      readFileSync(file, "utf8")
        .split("\n")
        .findIndex((row) => row.includes('"second"')) + 0;
    expect(error.message).to.match(/^.*network\.json:\d+:5: node "second" \(conv\) does not fit: it takes 5 channels/);
    expect(error.context).to.include({ file, line, key: "nodes[1]", node: "second", wanted: 5 });
  });

  it("gives a value, or an error with its place, whatever is changed in a description", () => {
    const place = written(() => undefined);
    const file = join(place, "network.json");
    const texts = [smallDescription(), residualDescription()].map((each) => JSON.stringify(each, undefined, 1));
    fc.assert(
      fc.property(fc.oneof(...texts.map(mutationsOf)), (mutated) => {
        writeFileSync(file, mutated);
        expectLocatedErrors(mutated, file, () => {
          try {
            readNetwork(place);
          } catch (error) {
            // Whole as it is, but not of these weights.
            if (!isNasError(error, "NAS_NETWORK_WEIGHTS")) throw error;
          }
        });
      }),
      { numRuns: 500 },
    );
  });
});
