import { performance } from "node:perf_hooks";
import { idealCharacter, type ChipCharacter } from "../../src/device/virtual-chip.js";
import { SimulatedMacro } from "../../src/device/simulated-macro.js";
import { sharePool } from "../../src/kernels/worker-pool.js";
import type { MacroSpec } from "../../src/macro/macro.js";
import { placeNetwork } from "../../src/mapping/place-network.js";
import { quantize } from "../../src/network/quantize.js";
import { compareRound, comparedAtOnce } from "../../src/run/compare-round.js";
import { ExactActivations } from "../../src/run/exact-activations.js";
import { exactEngine } from "../../src/run/exact-engine.js";
import { inferRound } from "../../src/run/infer.js";
import { macroEngine } from "../../src/run/macro-engine.js";
import { programRound } from "../../src/run/program-round.js";
import { makeImages } from "../support/labelled-images.js";
import { type BlockPlan, residualNetwork } from "../support/residual-network.js";
import { freshSteps } from "../support/step-store.js";

/** Time of a piece of work: CPU seconds of all threads, and on the clock. */
export interface Spent {
  cpuSeconds: number;
  wallSeconds: number;
}

/** ResNet-20 of random weights, 8 bits all through, on 32 × 32 × 2 images. */
function randomResNet20() {
  const block = (channels: number, stride: number): BlockPlan => ({
    shortcut: stride === 1 ? "identity" : "parameterFree",
    channels,
    stride,
    activation: "none",
    bits: 8,
    isShortcutFirst: false,
  });
  const blocks = [16, 32, 64].flatMap((channels, stage) =>
    [0, 1, 2].map((place) => block(channels, stage > 0 && place === 0 ? 2 : 1)),
  );
  const network = residualNetwork(1, { side: 32, channels: 16, blocks, classes: 10 });
  const nodes = network.description.nodes.map((node) => {
    if (node.op === "fc") return { ...node, weightBits: 8 };
    return node.op === "conv" ? { ...node, weightBits: 8, outputBits: 8 } : { ...node, outputBits: 8 };
  });
  return quantize({ ...network, description: { ...network.description, nodes } });
}

/**
 * What a run of several rounds spends on comparing the codes of its first images, beside what the subject's own inference of
 * the same images takes.
 * @param folder for the record of the steps
 */
export async function compareCodesCase(
  spec: MacroSpec,
  chip: ChipCharacter,
  images: number,
  folder: string,
): Promise<{ rounds: number; compare: Spent; infer: Spent }> {
  const network = randomResNet20();
  const open = (character: ChipCharacter) =>
    new SimulatedMacro({
      spec,
      identity: { driver: "bench", kind: "virtual", chipId: character.chipId, description: "" },
      chip: character,
      seed: 1,
      lease: sharePool(1),
    });
  await using subject = open(chip);
  await using reference = open(idealCharacter());
  await using lease = sharePool(1);
  using record = freshSteps(folder);
  const placement = placeNetwork(network, spec);
  const set = makeImages(new Array<number>(images).fill(0), { height: 32, width: 32, channels: 2 });
  const exact = await exactEngine(network, lease.pool);
  const compared = new ExactActivations(network, exact, set, images, comparedAtOnce);
  const engine = macroEngine(
    subject,
    placement,
    placement.tiles.map(() => 1),
  );
  const compare: Spent = { cpuSeconds: 0, wallSeconds: 0 };
  const infer: Spent = { cpuSeconds: 0, wallSeconds: 0 };
  for (let round = 0; round < placement.rounds; round++) {
    for (const macro of [subject, reference]) await programRound("chip", macro, network, placement, round, {});
    await spend(compare, () => compareRound({ network, placement, subject, reference, compared }, round, {}));
    await spend(infer, () => inferRound("subject", network, set, engine, round, record.steps, {}));
  }
  return { rounds: placement.rounds, compare, infer };
}

async function spend(on: Spent, work: () => Promise<unknown>): Promise<void> {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  on.cpuSeconds += (user + system) / 1e6;
  on.wallSeconds += (performance.now() - wall) / 1000;
}
