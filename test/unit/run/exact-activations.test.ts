import { expect } from "chai";
import { toNetworkInput } from "../../../src/data/to-network-input.js";
import { sharePool } from "../../../src/kernels/worker-pool.js";
import { runIntegerNetwork } from "../../../src/network/integer-network.js";
import { quantize } from "../../../src/network/quantize.js";
import { ExactActivations } from "../../../src/run/exact-activations.js";
import { exactEngine } from "../../../src/run/exact-engine.js";
import type { LayerEngine } from "../../../src/run/layer-engine.js";
import { makeImages } from "../../support/labelled-images.js";
import { smallNetwork } from "../../support/small-network.js";

const network = quantize(smallNetwork(6));
const images = makeImages(new Array<number>(7).fill(0), { height: 6, width: 7, channels: 1 });

describe("ExactActivations", () => {
  let lease: ReturnType<typeof sharePool>;
  let engine: LayerEngine;
  let products = 0;
  before(async () => {
    lease = sharePool(1);
    const exact = await exactEngine(network, lease.pool);
    engine = {
      ...exact,
      addProducts: (request) => {
        products++;
        return exact.addProducts(request);
      },
    };
  });
  beforeEach(() => (products = 0));
  after(() => lease[Symbol.asyncDispose]());

  it("are the integer network's, batch by batch, the last one shorter", async () => {
    const exact = new ExactActivations(network, engine, images, 7, 3);
    const counts: number[] = [];
    for (let first = 0; first < 7; first += 3) {
      const { activations, count } = await exact.of(first);
      counts.push(count);
      for (let image = 0; image < count; image++) {
        const input = toNetworkInput(images, network.input, first + image, 1);
        for (const [id, values] of runIntegerNetwork(network, input).activations) {
          const found = activations.get(id)!.subarray(image * values.length, (image + 1) * values.length);
          expect([...found], `${id} of image ${first + image}`).to.deep.equal([...values]);
        }
      }
    }
    expect(counts).to.deep.equal([3, 3, 1]);
  });

  it("are computed once, however many rounds ask for them", async () => {
    const exact = new ExactActivations(network, engine, images, 7, 7);
    const once = await exact.of(0);
    for (let round = 0; round < 5; round++) expect((await exact.of(0)).activations).to.equal(once.activations);
    expect(products).to.equal(3);
  });

  it("are computed anew where keeping them would take more memory than allowed", async () => {
    const exact = new ExactActivations(network, engine, images, 6, 3, 3000);
    const first = await exact.of(0);
    expect((await exact.of(0)).activations).to.deep.equal(first.activations);
    await exact.of(3);
    await exact.of(3);
    expect(products, "the first batch once, the second twice").to.equal(3 * 3);
  });
});
