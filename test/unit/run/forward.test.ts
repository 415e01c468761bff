import { expect } from "chai";
import { sharePool } from "../../../src/kernels/worker-pool.js";
import { runIntegerNetwork } from "../../../src/network/integer-network.js";
import { quantize } from "../../../src/network/quantize.js";
import { exactEngine } from "../../../src/run/exact-engine.js";
import { dropSpent, enter, forward, predict } from "../../../src/run/forward.js";
import type { LayerEngine } from "../../../src/run/layer-engine.js";
import { mulberry32 } from "../../support/sample-run-document.js";
import { smallNetwork } from "../../support/small-network.js";

const network = quantize(smallNetwork(3));
const images = 5;
const random = mulberry32(8);
const input = Uint8Array.from({ length: images * 128 }, () => Math.floor(random() * 256));

/** An engine that holds the products of `split` in two rounds: even outputs in the first, odd ones in the second. */
function inRounds(exact: LayerEngine, split: string): LayerEngine {
  const order = ["first", "second", "classes"];
  return {
    rounds: 2,
    batchesInFlight: 1,
    async addProducts(request) {
      const { layer, round, sums } = request;
      const place = order.indexOf(layer.id) - order.indexOf(split);
      if (place > 0 && round === 0) return { reached: "absent", saturated: 0 };
      if (place !== 0) return exact.addProducts(request);
      const all = sums.slice();
      await exact.addProducts({ ...request, sums: all });
      for (let index = 0; index < all.length; index++)
        if ((index % layer.outputs) % 2 === round) sums[index] += all[index];
      return { reached: round === 0 ? "partial" : "complete", saturated: 3 };
    },
  };
}

describe("forward", () => {
  let lease: ReturnType<typeof sharePool>;
  let exact: LayerEngine;
  before(async () => {
    lease = sharePool(1);
    exact = await exactEngine(network, lease.pool);
  });
  after(() => lease[Symbol.asyncDispose]());

  it("gives the integer network's activations and logits for every image of a batch", async () => {
    const state = enter(input, images);
    await forward(network, exact, state, { round: 0, firstImage: 0 });
    for (let image = 0; image < images; image++) {
      const expected = runIntegerNetwork(network, input.subarray(image * 128, (image + 1) * 128));
      for (const [id, values] of expected.activations) {
        const found = state.activations.get(id)!.subarray(image * values.length, (image + 1) * values.length);
        expect([...found], `${id} of image ${image}`).to.deep.equal([...values]);
      }
      expect([...state.logits!.subarray(image * 10, (image + 1) * 10)]).to.deep.equal([...expected.logits]);
    }
  });

  it("tells the engine the round, the first image and the signal", async () => {
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    const watching: LayerEngine = {
      ...exact,
      addProducts: (request) => {
        seen.push([request.layer.id, request.round, request.firstImage, request.images, request.signal === signal]);
        return exact.addProducts(request);
      },
    };
    await forward(network, watching, enter(input, images), { round: 0, firstImage: 40, signal });
    expect(seen).to.deep.equal(["first", "second", "classes"].map((id) => [id, 0, 40, images, true]));
  });

  for (const split of ["first", "second", "classes"]) {
    it(`waits between rounds in the middle of "${split}", and ends with the same logits`, async () => {
      const whole = enter(input, images);
      await forward(network, exact, whole, { round: 0, firstImage: 0 });
      const engine = inRounds(exact, split);
      const state = enter(input, images);
      await forward(network, engine, state, { round: 0, firstImage: 0 });
      expect(state.logits).to.equal(undefined);
      expect(state.partial?.layer).to.equal(split);
      dropSpent(network, state);
      // Only what the unfinished layer reads has to wait.
      expect([...state.activations.keys()]).to.include(network.nodes.find(({ id }) => id === split)!.source);
      await forward(network, engine, state, { round: 1, firstImage: 0 });
      expect(state.logits).to.deep.equal(whole.logits);
      expect(state.partial).to.equal(undefined);
      expect(state.saturated.get(split), "counted in both rounds").to.equal(6);
    });
  }

  it("stops where an engine holds nothing of a layer yet", async () => {
    const absent: LayerEngine = {
      rounds: 2,
      batchesInFlight: 1,
      addProducts: async (request) =>
        request.layer.id === "second" ? { reached: "absent", saturated: 0 } : exact.addProducts(request),
    };
    const state = enter(input, images);
    await forward(network, absent, state, { round: 0, firstImage: 0 });
    expect([...state.activations.keys()]).to.deep.equal(["input", "first"]);
    expect(state.saturated.has("second")).to.equal(false);
  });
});

describe("dropSpent", () => {
  it("keeps what a later node reads, and nothing when the logits are there", () => {
    const state = enter(input, images);
    state.activations.set("first", new Uint8Array());
    dropSpent(network, state);
    expect([...state.activations.keys()]).to.deep.equal(["first"]);
    state.activations.set("second", new Uint8Array());
    state.activations.set("pool", new Uint8Array());
    dropSpent(network, state);
    expect([...state.activations.keys()]).to.deep.equal(["pool"]);
    state.logits = new Float64Array(10);
    dropSpent(network, state);
    expect(state.activations.size).to.equal(0);
  });
});

describe("predict", () => {
  it("names the largest logit, and the lowest class where several are equal", () => {
    const logits = [...[0, 3, 2], ...[5, 5, 4], ...[-1, -2, -1], ...[7, 7, 7], ...[-9, -8, -7], ...[-0, 0, -0]];
    expect([...predict(Float64Array.from(logits), 3)]).to.deep.equal([1, 0, 0, 0, 2, 0]);
    expect(predict(new Float64Array(), 3).length).to.equal(0);
  });
});
