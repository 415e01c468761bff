import { expect } from "chai";
import { toNetworkInput } from "../../../src/data/to-network-input.js";
import { sharePool } from "../../../src/kernels/worker-pool.js";
import { placeNetwork } from "../../../src/mapping/place-network.js";
import { runIntegerNetwork } from "../../../src/network/integer-network.js";
import { quantize } from "../../../src/network/quantize.js";
import { exactEngine } from "../../../src/run/exact-engine.js";
import { chunkImages, collectInference, inferRound, isInferred, type InferenceResult } from "../../../src/run/infer.js";
import type { LayerEngine } from "../../../src/run/layer-engine.js";
import { macroEngine } from "../../../src/run/macro-engine.js";
import { programRound } from "../../../src/run/program-round.js";
import type { StepStore } from "../../../src/run/step-store.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { makeImages } from "../../support/labelled-images.js";
import { openSimulated } from "../../support/open-simulated.js";
import { mulberry32 } from "../../support/sample-run-document.js";
import { smallNetwork } from "../../support/small-network.js";
import { freshSteps } from "../../support/step-store.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const network = quantize(smallNetwork(6));
/** More than one chunk, and a chunk of more than one batch. */
const images = makeImages(new Array<number>(chunkImages + 130).fill(0), { height: 6, width: 7, channels: 1 });
const random = mulberry32(1);
// From dark images to bright ones, so that they differ in their class.
images.pixels.forEach(
  (_, index) => (images.pixels[index] = Math.floor(random() * 256 * (Math.floor(index / 42) % 16)) / 15),
);
const noisyChip = { readNoiseSigmaLevels: 2, adcOffsetSigmaSteps: 2 };

describe("inferRound and collectInference", () => {
  const folder = temporaryFolder();
  let lease: ReturnType<typeof sharePool>;
  let exact: LayerEngine;
  before(async () => {
    lease = sharePool(1);
    exact = await exactEngine(network, lease.pool);
  });
  after(() => lease[Symbol.asyncDispose]());

  /** The same engine with another number of batches at once. */
  const inFlight = (engine: LayerEngine, batchesInFlight: number): LayerEngine => ({ ...engine, batchesInFlight });

  /** All rounds on a simulated macro, programmed in between. */
  async function onMacro(
    arrays: number,
    batchesInFlight: number,
    steps: StepStore,
    role = "subject",
  ): Promise<InferenceResult> {
    await using macro = openSimulated({ arrays, arrayRows: 20 }, noisyChip, { threads: 2 });
    const placement = placeNetwork(network, macro.spec);
    const ones = placement.tiles.map(() => 1);
    for (let round = 0; round < placement.rounds; round++) {
      await programRound(role, macro, network, placement, round, {});
      await inferRound(role, network, images, macroEngine(macro, placement, ones, batchesInFlight), round, steps, {});
    }
    return collectInference(role, images.count, placement.rounds, steps);
  }

  it("predict what the integer network predicts, for every image of every chunk and batch", async () => {
    using run = freshSteps(folder());
    expect(isInferred("integer", images.count, 0, run.steps)).to.equal(false);
    await inferRound("integer", network, images, exact, 0, run.steps, {});
    expect(isInferred("integer", images.count, 0, run.steps)).to.equal(true);
    const { predictions, saturated, seconds } = collectInference("integer", images.count, 1, run.steps);
    for (let image = 0; image < images.count; image++) {
      const { logits } = runIntegerNetwork(network, toNetworkInput(images, network.input, image, 1));
      expect(predictions[image], `image ${image}`).to.equal(logits.indexOf(Math.max(...logits)));
    }
    expect(new Set(predictions).size, "different images have different classes").to.be.greaterThan(2);
    expect([...saturated.values()]).to.deep.equal([0, 0, 0]);
    expect(seconds).to.be.greaterThan(0);
  });

  it("do not depend on how many batches are under way, on a chip with noise", async () => {
    using run = freshSteps(folder());
    using other = freshSteps(folder());
    const { predictions, saturated } = await onMacro(16, 1, run.steps);
    const again = await onMacro(16, 5, other.steps);
    expect(again.predictions).to.deep.equal(predictions);
    expect([...again.saturated].sort()).to.deep.equal([...saturated].sort());
  });

  it("give the same on a macro that takes the network in rounds, where the chip's places do not differ", async () => {
    const results: Uint8Array[] = [];
    for (const arrays of [16, 2, 1]) {
      using run = freshSteps(folder());
      await using macro = openSimulated({ arrays, arrayRows: 20 }, { readNoiseSigmaLevels: 2 });
      const placement = placeNetwork(network, macro.spec);
      const engine = macroEngine(
        macro,
        placement,
        placement.tiles.map(() => 1),
      );
      // Five tiles: 18, 54 and 9 rows on arrays of 20.
      expect(placement.rounds).to.equal({ 16: 1, 2: 3, 1: 5 }[arrays]);
      for (let round = 0; round < placement.rounds; round++) {
        await programRound("subject", macro, network, placement, round, {});
        await inferRound("subject", network, images, engine, round, run.steps, {});
      }
      results.push(collectInference("subject", images.count, placement.rounds, run.steps).predictions);
    }
    expect(results[1]).to.deep.equal(results[0]);
    expect(results[2]).to.deep.equal(results[0]);
  });

  it("do not compute again what is saved, and end with the same bytes after an interruption", async () => {
    using whole = freshSteps(folder());
    await inferRound("integer", network, images, exact, 0, whole.steps, {});
    using run = freshSteps(folder());
    const controller = new AbortController();
    const stop = ({ done }: { done: number }) => done > chunkImages && controller.abort();
    await expectNasRejection(
      "NAS_INTERRUPTED",
      inferRound("integer", network, images, inFlight(exact, 1), 0, run.steps, {
        signal: controller.signal,
        progress: (event) => stop({ done: event.done + 100 }),
      }),
    );
    let computed = 0;
    const counting: LayerEngine = {
      ...exact,
      addProducts: (request) => {
        if (request.layer.id === "first") computed += request.images;
        return exact.addProducts(request);
      },
    };
    expect(run.steps.has("infer integer", "round 0000 images 00000000")).to.equal(true);
    await inferRound("integer", network, images, counting, 0, run.steps, {});
    expect(computed).to.equal(images.count - chunkImages);
    await inferRound("integer", network, images, counting, 0, run.steps, {});
    expect(computed, "nothing is left to do").to.equal(images.count - chunkImages);
    const [one, other] = [run, whole].map(({ steps }) => collectInference("integer", images.count, 1, steps));
    expect(one.predictions).to.deep.equal(other.predictions);
  });

  it("report progress up to the last image", async () => {
    using run = freshSteps(folder());
    const events: string[] = [];
    await inferRound("reference", network, images, { ...exact, rounds: 3 }, 0, run.steps, {
      progress: ({ label, done, total, unit }) => events.push(`${label}: ${done}/${total} ${unit}`),
    });
    expect(events[0]).to.match(/^reference, round 1 of 3: \d+\/630 images$/);
    expect(events[events.length - 1]).to.equal("reference, round 1 of 3: 630/630 images");
  });

  it("pass a failure on only when no batch is under way any more, and save nothing of its chunk", async () => {
    using run = freshSteps(folder());
    let underWay = 0;
    const failing: LayerEngine = {
      ...exact,
      batchesInFlight: 3,
      addProducts: async (request) => {
        underWay++;
        try {
          const outcome = await exact.addProducts(request);
          if (request.firstImage > 0 && request.layer.id === "second") throw new Error("the cable came off");
          return outcome;
        } finally {
          underWay--;
        }
      },
    };
    let message = "";
    await inferRound("subject", network, images, failing, 0, run.steps, {}).catch(
      (error: Error) => ({ message } = error),
    );
    expect(message).to.equal("the cable came off");
    expect(underWay).to.equal(0);
    expect(run.steps.has("infer subject", "round 0000 images 00000000")).to.equal(false);
  });

  it("say what is missing where an earlier round is not in the record", async () => {
    using run = freshSteps(folder());
    const later = inferRound("subject", network, images, { ...exact, rounds: 2 }, 1, run.steps, {});
    const error = await expectNasRejection("NAS_RUN_RESUME", later);
    expect(error.context).to.deep.equal({ role: "subject", round: 1, first: 0 });
  });
});
