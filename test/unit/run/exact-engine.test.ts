import { expect } from "chai";
import { sharePool } from "../../../src/kernels/worker-pool.js";
import { matrixReference } from "../../../src/network/integer-network.js";
import { quantize } from "../../../src/network/quantize.js";
import { matrixLayers, type MatrixLayer } from "../../../src/network/quantized-network.js";
import { exactEngine } from "../../../src/run/exact-engine.js";
import { smallNetwork } from "../../support/small-network.js";

describe("exactEngine", () => {
  it("gives exact sums of any layer, in one round and without an ADC that could clip", async () => {
    await using lease = sharePool(2);
    const network = quantize(smallNetwork(2));
    const engine = await exactEngine(network, lease.pool);
    expect(engine.rounds).to.equal(1);
    for (const node of matrixLayers(network)) {
      const { height, width, channels } = node.inShape;
      const bytes = height * width * channels;
      const maps = Uint8Array.from({ length: 3 * bytes }, (_, index) => (index * 91 + 5) % 2 ** node.inputBits);
      const expected = [0, 1, 2].flatMap((image) => [
        ...matrixReference(node, maps.subarray(image * bytes, (image + 1) * bytes)),
      ]);
      const sums = new Int32Array(expected.length);
      const outcome = await engine.addProducts({ layer: node, round: 0, maps, images: 3, firstImage: 0, sums });
      expect(outcome).to.deep.equal({ reached: "complete", saturated: 0 });
      expect([...sums]).to.deep.equal(expected);
    }
  });

  it("keeps two networks on one pool apart", async () => {
    await using lease = sharePool(1);
    const [one, other] = [quantize(smallNetwork(1)), quantize(smallNetwork(2))];
    const engines = [await exactEngine(one, lease.pool), await exactEngine(other, lease.pool)];
    const layers = [one, other].map(({ nodes }) => nodes[0] as MatrixLayer);
    const maps = Uint8Array.from({ length: 128 }, (_, index) => index);
    for (const [index, layer] of layers.entries()) {
      const sums = new Int32Array(64 * layer.outputs);
      await engines[index].addProducts({ layer, round: 0, maps, images: 1, firstImage: 0, sums });
      expect([...sums]).to.deep.equal([...matrixReference(layer, maps)]);
    }
  });
});
