import { expect } from "chai";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import type { MacroSpec } from "../../../src/macro/macro.js";
import { placeNetwork } from "../../../src/mapping/place-network.js";
import { quantize } from "../../../src/network/quantize.js";
import { matrixLayers } from "../../../src/network/quantized-network.js";
import { readNetwork } from "../../../src/network/read-network.js";
import { cellsOf, conversionsPerImage, describeHardware, describeTiles } from "../../../src/run/describe-hardware.js";
import { openSimulated } from "../../support/open-simulated.js";
import { encodeTile } from "../../../src/mapping/encode.js";
import { sampleSpec } from "../../support/macro-spec.js";
import { smallNetwork } from "../../support/small-network.js";

describe("describeHardware", () => {
  it("counts the shipped network on the default macro, as one does by hand", () => {
    const network = quantize(readNetwork(join(packageRoot(), "fixtures/networks/fashion-mnist-accuracy-first")));
    const placement = placeNetwork(network, sampleSpec);
    // Two cells for each of 75·16 + 400·32 + 800·64 + 64·10 weights.
    const cells = 2 * (1200 + 12_800 + 51_200 + 640);
    // Positions × input bits × outputs × row blocks.
    const conversions = 1024 * 8 * 16 + 256 * 4 * 32 * 4 + 64 * 4 * 64 * 7 + 1 * 6 * 10;
    expect(describeHardware(placement, matrixLayers(network))).to.deep.equal({
      arrayRows: 128,
      arrayColumns: 128,
      arraysAvailable: 16,
      tiles: 13,
      rounds: 1,
      cells,
      adcConversionsPerImage: conversions,
      utilisation: cells / (13 * 128 * 128),
      adcBits: 8,
      cellBits: 3,
    });
  });
});

describe("conversionsPerImage", () => {
  const layouts: Partial<MacroSpec>[] = [
    {},
    { differential: "row-pair" },
    { differential: "host" },
    { cellBits: 1, arrayRows: 16 },
  ];
  for (const layout of layouts) {
    it(`is the number of codes that a macro gives for one image (${JSON.stringify(layout)})`, async () => {
      const network = quantize(smallNetwork());
      await using macro = openSimulated(layout);
      const placement = placeNetwork(network, macro.spec);
      for (const layer of matrixLayers(network)) {
        const positions = layer.outShape.height * layer.outShape.width;
        let codes = 0;
        for (const tile of placement.tiles.filter((each) => each.layer === layer.id)) {
          await macro.program(encodeTile(layer, tile, placement.spec));
          const rows = tile.rowEnd - tile.rowBegin;
          const data = new Uint8Array(positions * rows);
          const answer = await macro.compute({
            array: tile.array,
            vectors: positions,
            rows,
            bits: layer.inputBits,
            data,
            want: "codes",
          });
          codes += answer.values.length;
        }
        expect(conversionsPerImage(placement, layer), layer.id).to.equal(codes);
      }
    });
  }
});

describe("cellsOf and describeTiles", () => {
  it("tell each tile's cells, and how many missed their target where that was reported", () => {
    const placement = placeNetwork(quantize(smallNetwork()), { ...sampleSpec, arrayRows: 32, arrays: 2 });
    const tiles = describeTiles(placement, new Map([[1, { cells: 5, cellsOutOfTolerance: 4 }]]));
    expect(tiles).to.deep.equal([
      { tile: 0, layer: "first", round: 0, array: 0, rows: 18, columns: 12, cellsOutOfTolerance: 0 },
      { tile: 1, layer: "second", round: 1, array: 0, rows: 27, columns: 18, cellsOutOfTolerance: 4 },
      { tile: 2, layer: "second", round: 1, array: 1, rows: 27, columns: 18, cellsOutOfTolerance: 0 },
      { tile: 3, layer: "classes", round: 2, array: 0, rows: 9, columns: 20, cellsOutOfTolerance: 0 },
    ]);
    expect(cellsOf(placement.tiles)).to.equal(18 * 12 + 2 * 27 * 18 + 9 * 20);
    expect(cellsOf([])).to.equal(0);
  });
});
