import { expect } from "chai";
import fc from "fast-check";
import { sharePool } from "../../../src/kernels/worker-pool.js";
import { placeNetwork } from "../../../src/mapping/place-network.js";
import { runIntegerNetwork } from "../../../src/network/integer-network.js";
import { quantize } from "../../../src/network/quantize.js";
import { exactEngine } from "../../../src/run/exact-engine.js";
import { matrixLayers, type QuantizedNetwork } from "../../../src/network/quantized-network.js";
import { dropSpent, enter, packStates, unpackState } from "../../../src/run/batch-state.js";
import { forward, predict } from "../../../src/run/forward.js";
import type { LayerEngine } from "../../../src/run/layer-engine.js";
import { macroEngine } from "../../../src/run/macro-engine.js";
import { programRound } from "../../../src/run/program-round.js";
import { openSimulated } from "../../support/open-simulated.js";
import { anyResidualPlan, residualNetwork, residualPlan } from "../../support/residual-network.js";
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
      expect([...state.partial.keys()]).to.deep.equal([split]);
      dropSpent(network, state);
      // Only what the unfinished layer reads has to wait.
      expect([...state.activations.keys()]).to.deep.equal([
        matrixLayers(network).find(({ id }) => id === split)!.source,
      ]);
      await forward(network, engine, state, { round: 1, firstImage: 0 });
      expect(state.logits).to.deep.equal(whole.logits);
      expect(state.partial.size).to.equal(0);
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

describe("forward through a residual network", () => {
  let lease: ReturnType<typeof sharePool>;
  before(() => {
    lease = sharePool(1);
  });
  after(() => lease[Symbol.asyncDispose]());

  const inputFor = ({ input: { height, width, channels } }: QuantizedNetwork, seed: number) => {
    const next = mulberry32(seed);
    return Uint8Array.from({ length: images * height * width * channels }, () => Math.floor(next() * 256));
  };
  /** Each image alone through the specification. */
  const expectedOf = (quantized: QuantizedNetwork, maps: Uint8Array) =>
    Array.from({ length: images }, (_, image) => {
      const bytes = maps.length / images;
      return runIntegerNetwork(quantized, maps.subarray(image * bytes, (image + 1) * bytes));
    });

  it("gives the integer network's activations and logits, whatever the shortcuts and steps", async () => {
    let signed = 0;
    await fc.assert(
      fc.asyncProperty(anyResidualPlan, fc.nat(), async (plan, seed) => {
        const quantized = quantize(residualNetwork(seed, plan));
        const maps = inputFor(quantized, seed);
        const state = enter(maps, images);
        await forward(quantized, await exactEngine(quantized, lease.pool), state, { round: 0, firstImage: 0 });
        const expected = expectedOf(quantized, maps);
        for (const { id, op } of quantized.nodes) {
          if (op === "fc") continue;
          const found = state.activations.get(id)!;
          const wanted = expected.flatMap(({ activations }) => [...activations.get(id)!]);
          expect([...found], id).to.deep.equal(wanted);
          if (wanted.some((value) => value < 0)) signed++;
        }
        expect([...state.logits!]).to.deep.equal(expected.flatMap(({ logits }) => [...logits]));
      }),
      { numRuns: 40 },
    );
    expect(signed, "maps with activations below zero").to.be.greaterThan(20);
  });

  it("gives the same logits on an ideal macro in one round and in many, with states packed in between", async function () {
    this.timeout(60_000);
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(
        anyResidualPlan,
        fc.constantFrom(1, 2, 3, 5, 64),
        fc.boolean(),
        fc.nat(),
        async (plan, arrays, shiftAdd, seed) => {
          const quantized = quantize(residualNetwork(seed, plan));
          const maps = inputFor(quantized, seed);
          // No sum of 24 rows of 7 levels leaves 10 bits.
          await using macro = openSimulated({ arrays, shiftAdd, arrayRows: 24, arrayColumns: 12, adcBits: 10 });
          const placement = placeNetwork(quantized, macro.spec);
          seen.add(placement.rounds);
          const ones = placement.tiles.map(() => 1);
          let state = enter(maps, images);
          for (let round = 0; round < placement.rounds; round++) {
            await programRound("subject", macro, quantized, placement, round, {});
            await forward(quantized, macroEngine(macro, placement, ones), state, { round, firstImage: 0 });
            expect(state.logits === undefined, "logits come in the last round").to.equal(round < placement.rounds - 1);
            if (state.logits) break;
            dropSpent(quantized, state);
            state = unpackState(quantized, packStates([state]), images, 0, images);
          }
          expect([...state.logits!]).to.deep.equal(expectedOf(quantized, maps).flatMap(({ logits }) => [...logits]));
        },
      ),
      {
        numRuns: 40,
        examples: [
          [residualPlan, 1, false, 1],
          [residualPlan, 64, true, 1],
        ],
      },
    );
    // The two examples: seven layers in 18 tiles.
    expect([...seen]).to.include.members([1, 18]);
  });

  it("goes on with the other branch where an engine lacks the first", async () => {
    const quantized = quantize(residualNetwork(2));
    const exact = await exactEngine(quantized, lease.pool);
    const asked: string[] = [];
    const withoutBlock: LayerEngine = {
      ...exact,
      addProducts: async (request) => {
        asked.push(request.layer.id);
        const isAbsent = request.layer.id === "b1.one" && request.round === 0;
        return isAbsent ? { reached: "absent", saturated: 0 } : exact.addProducts(request);
      },
    };
    const maps = inputFor(quantized, 2);
    const state = enter(maps, images);
    await forward(quantized, withoutBlock, state, { round: 0, firstImage: 0 });
    dropSpent(quantized, state);
    expect([...state.activations.keys()]).to.have.members(["b0.sum", "b1.short"]);
    asked.length = 0;
    await forward(quantized, withoutBlock, state, { round: 1, firstImage: 0 });
    expect(asked, "nothing is computed twice").to.deep.equal(["b1.one", "b1.two", "classes"]);
    expect([...state.logits!]).to.deep.equal(expectedOf(quantized, maps).flatMap(({ logits }) => [...logits]));
  });
});

describe("predict", () => {
  it("names the largest logit, and the lowest class where several are equal", () => {
    const logits = [...[0, 3, 2], ...[5, 5, 4], ...[-1, -2, -1], ...[7, 7, 7], ...[-9, -8, -7], ...[-0, 0, -0]];
    expect([...predict(Float64Array.from(logits), 3)]).to.deep.equal([1, 0, 0, 0, 2, 0]);
    expect(predict(new Float64Array(), 3).length).to.equal(0);
  });
});
