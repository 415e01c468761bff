import { expect } from "chai";
import { loadBenchConfig } from "../../../src/config/bench-config.js";
import type { LayerGraph } from "../../../src/network/layer-graph.js";
import { mapNetwork } from "../../../src/run/map-network.js";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";

const config = loadBenchConfig(join(packageRoot(), "bench.config.json"));

const graph: LayerGraph = {
  name: "one layer",
  input: { height: 4, width: 4, channels: 1 },
  nodes: [{ id: "fc", op: "fc", inputs: ["input"], outFeatures: 10 }],
};

describe("mapNetwork", () => {
  it("maps the config's default network on its default subject", async () => {
    const document = await mapNetwork({ config }, {});
    expect(document.network).to.deep.equal({
      name: "fashion-mnist-accuracy-first",
      parameters: 65_850,
      macs: 7_783_040,
    });
    expect(document.macro).to.include({ name: "virtual-chip", kind: "virtual" });
    expect(document.fitsAtOnce).to.equal(true);
    expect(document.totals).to.include({ tiles: 13, rounds: 1, weights: 65_840 });
  });

  it("maps a graph, with what is known of the bench and what is assumed", async () => {
    const network = { graph };
    const document = await mapNetwork({ config, macro: "ideal", network, bench: { images: 7 } }, {});
    expect(document.network).to.deep.equal({ name: "one layer", parameters: 170, macs: 160 });
    expect(document.macro.name).to.equal("ideal");
    expect(document.bench.images).to.equal(7);
    expect(document.assumed.map(({ fact }) => fact))
      .to.include("adcConversionNs")
      .and.to.not.include("images");
    expect(document.layers.map(({ inputBits }) => inputBits)).to.deep.equal([8]);
  });

  it("refuses what no number of rounds could hold", async () => {
    const conv = {
      id: "conv",
      op: "conv",
      inputs: ["input"],
      kernel: 1,
      stride: 1,
      padding: 0,
      outChannels: 2,
    } as const;
    const nodes = [
      { ...conv, inputs: ["input"] as [string] },
      { ...graph.nodes[0], inputs: ["conv"] as [string] },
    ];
    const request = { config, network: { graph: { ...graph, nodes } as LayerGraph }, bits: { activations: 9 } };
    const error = await expectNasRejection("NAS_MAPPING_IMPOSSIBLE", mapNetwork(request, {}));
    expect(error.message).to.include('"fc"').and.to.include("9 bits");
  });

  it("takes a stored network's own bits, unless it is told otherwise; the image keeps its own", async () => {
    const own = await mapNetwork({ config }, {});
    expect(own.bits).to.deep.equal({ weights: "own", activations: "own" });
    expect(own.layers.map(({ inputBits, weightBits }) => [inputBits, weightBits])).to.deep.equal([
      [8, 4],
      [4, 4],
      [4, 4],
      [6, 4],
    ]);
    const told = await mapNetwork({ config, bits: { weights: 8, activations: 3 } }, {});
    expect(told.bits).to.deep.equal({ weights: 8, activations: 3 });
    expect(told.layers.map(({ inputBits, weightBits }) => [inputBits, weightBits])).to.deep.equal([
      [8, 8],
      [3, 8],
      [3, 8],
      [3, 8],
    ]);
    expect(told.totals.tiles).to.be.greaterThan(own.totals.tiles);
  });

  it("stops where it is asked to", async () => {
    const signal = AbortSignal.abort();
    await expectNasRejection("NAS_INTERRUPTED", mapNetwork({ config }, { signal }));
  });

  it("names the macro that the config lacks", async () => {
    const error = await expectNasRejection("NAS_CONFIG_INVALID", mapNetwork({ config, macro: "idel" }, {}));
    expect(error.hint).to.include('"ideal"');
  });
});
