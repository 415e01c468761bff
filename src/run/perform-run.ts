import type { JobContext } from "../base/progress.js";
import { sharePool } from "../kernels/worker-pool.js";
import type { Macro, ProgramReport } from "../macro/macro.js";
import { commonSpec } from "../mapping/common-spec.js";
import { placeNetwork } from "../mapping/place-network.js";
import type { Placement } from "../mapping/placement.js";
import { quantize, type MatrixLayer, type QuantizedNetwork } from "../network/quantize.js";
import type { LabelledImages } from "../data/labelled-images.js";
import { toNetworkInput } from "../data/to-network-input.js";
import type { CodeComparison, MacroSummary, RunDocument } from "../record/run-document.js";
import { buildDocument } from "./build-document.js";
import { chooseAdcSteps } from "./choose-adc-steps.js";
import { CodeTally, type TallyJson } from "./code-tally.js";
import { compareLayerCodes, describeTally } from "./compare-codes.js";
import { exactEngine } from "./exact-engine.js";
import { enter, forward } from "./forward.js";
import { collectInference, inferRound, isInferred } from "./infer.js";
import type { LayerEngine } from "./layer-engine.js";
import type { RunInputs } from "./load.js";
import { macroEngine } from "./macro-engine.js";
import { programRound } from "./program-round.js";
import type { RunConfiguration } from "./run-request.js";
import type { StepStore } from "./step-store.js";
import { Stopwatch } from "./stopwatch.js";

/** Images whose every ADC code is compared. */
const comparedImages = 100;

/** What a run is given. */
export interface RunSetup {
  runId: string;
  startedAt: string;
  configuration: RunConfiguration;
  configHash: string;
  versions: { nas4cim: string; node: string };
  inputs: RunInputs;
  macros: { subject: MacroSummary; reference: MacroSummary };
  subject: Macro;
  reference: Macro;
  threads: number;
  /** Batches then go one after the other, so that the recording's bytes do not depend on timing. */
  isRecorded: boolean;
  loadSeconds: number;
}

/**
 * The run itself, step by step. Tiles that do not fit the macros at once are taken in rounds: program, choose the ADC
 * steps, compare codes, infer; then the next tiles. Both macros get the same placement, the same ADC steps, the same inputs.
 */
export async function performRun(setup: RunSetup, steps: StepStore, context: JobContext): Promise<RunDocument> {
  const { inputs, subject, reference } = setup;
  const { images } = inputs;
  const watch = new Stopwatch();
  watch.add("load", setup.loadSeconds);
  const network = watch.time("quantize", () => quantize(inputs.stored));
  const placement = watch.time("map", () => placeNetwork(network, commonSpec(subject.spec, reference.spec)));

  await using lease = sharePool(setup.threads);
  const exact = await exactEngine(network, lease.pool);
  await inferRound("integer", network, images, exact, 0, steps, context);

  const adcStepLevels: number[] = [];
  const tallies = new Map<string, CodeTally>();
  const programming = new Map<number, ProgramReport>();
  for (let round = 0; round < placement.rounds; round++) {
    const tiles = placement.tiles.filter((tile) => tile.round === round);
    const program = async (role: string, macro: Macro) =>
      watch.timeAsync("program", () => programRound(role, macro, network, placement, round, context));
    // A resumed run skips a round that is finished: nothing would be asked of its tiles.
    const wanted = !isRoundDone(round, images.count, steps);
    if (wanted) await program("reference", reference);
    const chosen = await steps.once("adc steps", roundKey(round), async () => {
      const activations = await activationsOf(network, exact, inputs.calibration, inputs.calibration.count);
      return chooseAdcSteps(
        reference,
        network,
        placement,
        tiles,
        activations,
        inputs.calibration.count,
        context.signal,
      );
    });
    watch.add("choose ADC steps", chosen.seconds);
    adcStepLevels.push(...chosen.value);
    if (wanted) {
      const settings = { adcStepLevels: tiles.map(({ array, tile }) => ({ array, levels: adcStepLevels[tile] })) };
      await reference.configure(settings, context);
      await subject.configure(settings, context);
      const reports = await program("subject", subject);
      steps.save("program", roundKey(round), { json: reports }, 0);
    }
    for (const { tile, report } of steps.load("program", roundKey(round))!.json as {
      tile: number;
      report: ProgramReport;
    }[])
      programming.set(tile, report);

    const compared = await steps.once("compare codes", roundKey(round), () =>
      compareRound(network, placement, round, exact, images, setup, context),
    );
    watch.add("compare codes", compared.seconds);
    for (const [layer, tally] of Object.entries(compared.value)) {
      if (!tallies.has(layer)) tallies.set(layer, new CodeTally());
      tallies.get(layer)!.merge(tally);
    }
    for (const [role, macro] of [["reference", reference] as const, ["subject", subject] as const]) {
      await inferRound(
        role,
        network,
        images,
        macroEngine(macro, placement, adcStepLevels, setup.isRecorded ? 1 : undefined),
        round,
        steps,
        context,
      );
    }
  }

  const [integer, ofSubject, ofReference] = ["integer", "subject", "reference"].map((role) =>
    collectInference(role, images.count, role === "integer" ? 1 : placement.rounds, steps),
  );
  watch.add("infer integer", integer.seconds);
  watch.add("infer reference", ofReference.seconds);
  watch.add("infer subject", ofSubject.seconds);
  const codes = new Map<string, CodeComparison>();
  for (const [layer, tally] of tallies) codes.set(layer, describeTally(tally, Math.min(comparedImages, images.count)));
  return buildDocument({
    ...setup,
    stored: inputs.stored,
    network,
    images,
    wholeSetFingerprint: inputs.wholeSetFingerprint,
    placement,
    adcStepLevels,
    inference: { integer, subject: ofSubject, reference: ofReference },
    codes,
    programming,
    steps: watch.timings(),
  });
}

/** Every layer's codes of one round, on the first images, in a form that is saved. */
async function compareRound(
  network: QuantizedNetwork,
  placement: Placement,
  round: number,
  exact: LayerEngine,
  images: LabelledImages,
  pair: { subject: Macro; reference: Macro },
  context: JobContext,
): Promise<Record<string, TallyJson>> {
  const count = Math.min(comparedImages, images.count);
  const layers = network.nodes.filter((node): node is MatrixLayer => node.op !== "globalAveragePool");
  const tallies = new Map<string, CodeTally>();
  // In small batches: all codes of a hundred images would not fit memory at once.
  const batch = 10;
  for (let first = 0; first < count; first += batch) {
    const here = Math.min(batch, count - first);
    const activations = await activationsOf(network, exact, images, here, first);
    for (const layer of layers) {
      const tally = await compareLayerCodes(pair, placement, layer, round, activations, here, first, context);
      if (!tally) continue;
      const sum = tallies.get(layer.id) ?? new CodeTally();
      sum.merge(tally.toJson());
      tallies.set(layer.id, sum);
    }
    context.progress?.({ label: "comparing codes", done: first + here, total: count, unit: "images" });
  }
  return Object.fromEntries([...tallies].map(([layer, tally]) => [layer, tally.toJson()]));
}

/** Exact activations of every node for a few images. */
async function activationsOf(
  network: QuantizedNetwork,
  exact: LayerEngine,
  images: LabelledImages,
  count: number,
  first = 0,
): Promise<Map<string, Uint8Array>> {
  const state = enter(toNetworkInput(images, network.input, first, count), count);
  await forward(network, exact, state, { round: 0, firstImage: first });
  return state.activations;
}

function isRoundDone(round: number, images: number, steps: StepStore): boolean {
  const saved = ["adc steps", "program", "compare codes"].every((step) => steps.has(step, roundKey(round)));
  return saved && isInferred("reference", images, round, steps) && isInferred("subject", images, round, steps);
}

function roundKey(round: number): string {
  return `round ${String(round).padStart(4, "0")}`;
}
