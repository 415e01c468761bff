import { expect } from "chai";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { placeNetwork, slicesOf } from "../../../src/mapping/place-network.js";
import { tilesOf } from "../../../src/mapping/placement.js";
import { quantize } from "../../../src/network/quantize.js";
import type { MatrixLayer, QuantizedNetwork } from "../../../src/network/quantized-network.js";
import { readNetwork } from "../../../src/network/read-network.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { sampleSpec } from "../../support/macro-spec.js";
import { denseLayer } from "../../support/matrix-layer.js";

const shipped = quantize(readNetwork(join(packageRoot(), "fixtures/networks/fashion-mnist-accuracy-first")));

/** Layers of these rows and outputs, one after the other. */
function networkOf(...sizes: [rows: number, outputs: number][]): QuantizedNetwork {
  const nodes = sizes.map(([rows, outputs], index) => ({
    ...denseLayer(Array.from({ length: outputs }, () => new Array<number>(rows).fill(0))),
    id: `layer ${index}`,
  }));
  return { name: "any", input: { height: 1, width: 1, channels: sizes[0][0], bits: 4, step: 1 }, nodes };
}

describe("slicesOf", () => {
  it("is the bits of the magnitude over the bits of a cell, rounded up", () => {
    expect([
      slicesOf(4, 3),
      slicesOf(4, 2),
      slicesOf(4, 1),
      slicesOf(8, 3),
      slicesOf(8, 7),
      slicesOf(2, 3),
    ]).to.deep.equal([1, 2, 3, 3, 1, 1]);
  });
});

describe("placeNetwork", () => {
  it("puts the shipped network onto 13 tiles of 128 × 128 cells, all at once", () => {
    const placement = placeNetwork(shipped, sampleSpec);
    expect(placement.rounds).to.equal(1);
    expect(placement.spec).to.equal(sampleSpec);
    const tilesByLayer = ["conv1", "conv2", "conv3", "fc"].map((layer) => tilesOf(placement, layer).length);
    // 75, 400, 800 and 64 rows; two columns an output of 16, 32, 64 and 10.
    expect(tilesByLayer).to.deep.equal([1, 4, 7, 1]);
    expect(placement.tiles.map(({ tile }) => tile)).to.deep.equal([...new Array(13).keys()]);
    expect(placement.tiles.map(({ array }) => array)).to.deep.equal([...new Array(13).keys()]);
    expect(tilesOf(placement, "conv1")).to.deep.equal([
      {
        tile: 0,
        layer: "conv1",
        round: 0,
        array: 0,
        rowBegin: 0,
        rowEnd: 75,
        outputBegin: 0,
        outputEnd: 16,
        slices: 1,
        rows: 75,
        columns: 32,
      },
    ]);
  });

  it("cuts a tall layer into blocks of nearly equal height", () => {
    const heights = (layer: string) =>
      tilesOf(placeNetwork(shipped, sampleSpec), layer).map(({ rowBegin, rowEnd }) => rowEnd - rowBegin);
    expect(heights("conv2")).to.deep.equal([100, 100, 100, 100]);
    expect(heights("conv3").sort()).to.deep.equal([114, 114, 114, 114, 114, 115, 115]);
  });

  it("uses two word lines an input where they come in pairs, and a column a slice", () => {
    const placement = placeNetwork(shipped, { ...sampleSpec, differential: "row-pair", cellBits: 1 });
    for (const { rowBegin, rowEnd, rows, columns, outputBegin, outputEnd, slices } of placement.tiles) {
      expect(slices).to.equal(3);
      expect(rows).to.equal(2 * (rowEnd - rowBegin));
      expect(columns).to.equal(3 * (outputEnd - outputBegin));
    }
    // 75 inputs need two blocks of 64, 400 seven, 800 thirteen of two (42 outputs at most), 64 one.
    expect(placement.tiles.length).to.equal(2 + 7 + 13 * 2 + 1);
  });

  it("cuts a wide layer into blocks of outputs, row block by row block", () => {
    const { tiles } = placeNetwork(networkOf([200, 130]), sampleSpec);
    expect(tiles.map(({ rowBegin, outputBegin, outputEnd }) => [rowBegin, outputBegin, outputEnd])).to.deep.equal([
      [0, 0, 44],
      [0, 44, 87],
      [0, 87, 130],
      [100, 0, 44],
      [100, 44, 87],
      [100, 87, 130],
    ]);
  });

  it("keeps layers whole in a round while they fit, and gives one that fits none rounds of its own", () => {
    const spec = { ...sampleSpec, arrays: 3 };
    // 1, 2, 1, 5 and 1 tiles on three arrays.
    const { tiles, rounds } = placeNetwork(networkOf([10, 4], [200, 4], [10, 4], [600, 4], [10, 4]), spec);
    expect(tiles.map(({ layer, round, array }) => `${layer.slice(-1)}:${round}.${array}`)).to.deep.equal([
      ...["0:0.0", "1:0.1", "1:0.2"],
      ...["2:1.0"],
      ...["3:2.0", "3:2.1", "3:2.2", "3:3.0", "3:3.1"],
      ...["4:3.2"],
    ]);
    expect(rounds).to.equal(4);
    const pairs = placeNetwork(networkOf([200, 4], [200, 4]), spec).tiles;
    expect(pairs.map(({ round, array }) => [round, array])).to.deep.equal([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
  });

  it("is plain data that does not depend on the weights", () => {
    const placement = placeNetwork(shipped, sampleSpec);
    expect(JSON.parse(JSON.stringify(placement))).to.deep.equal(placement);
    const zeroed = shipped.nodes.map((node) =>
      "weights" in node ? { ...node, weights: new Int16Array(node.weights.length) } : node,
    );
    expect(placeNetwork({ ...shipped, nodes: zeroed }, sampleSpec)).to.deep.equal(placement);
  });

  it("refuses what no number of rounds would do, and says what would", () => {
    const wide = { ...(networkOf([4, 4]).nodes[0] as MatrixLayer), weightBits: 8 };
    const network = { ...networkOf([4, 4]), nodes: [wide] };
    const columns = expectNasError("NAS_MAPPING_IMPOSSIBLE", () =>
      placeNetwork(network, { ...sampleSpec, cellBits: 1, arrayColumns: 13 }),
    );
    expect(columns.message)
      .to.contain('layer "layer 0"')
      .and.contain("takes 14 columns of 1-bit cells, an array has 13");
    expect(columns.hint).to.contain("cells of more bits");
    expect(placeNetwork(network, { ...sampleSpec, cellBits: 1, arrayColumns: 14 }).tiles.length).to.equal(4);
    const inputs = expectNasError("NAS_MAPPING_IMPOSSIBLE", () =>
      placeNetwork(shipped, { ...sampleSpec, inputBits: 6 }),
    );
    expect(inputs.message).to.contain('layer "conv1"').and.contain("its inputs have 8 bits, the macro feeds 6");
  });
});
