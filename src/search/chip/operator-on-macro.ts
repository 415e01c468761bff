import { throwIfAborted } from "../../base/errors.js";
import type { JobContext } from "../../base/progress.js";
import type { KernelPool } from "../../kernels/worker-pool.js";
import type { Macro } from "../../macro/macro.js";
import { commonSpec } from "../../mapping/common-spec.js";
import { placeNetwork } from "../../mapping/place-network.js";
import type { FeatureMap, QuantizedNetwork } from "../../network/quantized-network.js";
import { type BatchState, enter } from "../../run/batch-state.js";
import { chooseAdcSteps } from "../../run/choose-adc-steps.js";
import { exactEngine } from "../../run/exact-engine.js";
import { forward } from "../../run/forward.js";
import { macroEngine } from "../../run/macro-engine.js";
import { programRound } from "../../run/program-round.js";

/** Images that go through at once, and those that ADC steps are chosen on. */
const batchImages = 16;

/** What an operator gives for some images, in integers [images × its map]: exactly, and on a macro. */
export interface OperatorMaps {
  exact: Uint8Array;
  subject: Uint8Array;
}

/**
 * Takes maps through an operator in exact integers and on a macro, as a run would: placed, its ADC steps chosen on the
 * reference, programmed, round by round.
 * @param maps [images × height × width × channels], what enters the operator
 */
export async function operatorOnMacro(
  network: QuantizedNetwork,
  { subject, reference }: { subject: Macro; reference: Macro },
  maps: Uint8Array,
  images: number,
  pool: KernelPool,
  context: JobContext,
): Promise<OperatorMaps> {
  const placement = placeNetwork(network, commonSpec(subject.spec, reference.spec));
  const exact = await exactEngine(network, pool);
  const onMacro = batchesOf(maps, images);
  const exactStates = batchesOf(maps, images);
  for (const [place, state] of exactStates.entries()) {
    await forward(network, exact, state, { round: 0, firstImage: place * batchImages });
  }
  const [calibration] = exactStates;
  const levels: number[] = [];
  for (let round = 0; round < placement.rounds; round++) {
    throwIfAborted(context.signal);
    const tiles = placement.tiles.filter((tile) => tile.round === round);
    await programRound("reference", reference, network, placement, round, { signal: context.signal });
    const { activations } = calibration;
    levels.push(
      ...(await chooseAdcSteps(reference, network, placement, tiles, activations, calibration.images, context.signal)),
    );
    const adcStepLevels = tiles.map(({ array, tile }) => ({ array, levels: levels[tile] }));
    await subject.configure({ adcStepLevels }, context);
    await programRound("subject", subject, network, placement, round, { signal: context.signal });
    const engine = macroEngine(subject, placement, levels);
    for (const [place, state] of onMacro.entries()) {
      throwIfAborted(context.signal);
      await forward(network, engine, state, { round, firstImage: place * batchImages, signal: context.signal });
    }
  }
  const last = network.nodes.at(-1)!.id;
  const outputsOf = (states: readonly BatchState[]) => joined(states.map(({ activations }) => activations.get(last)!));
  return { exact: outputsOf(exactStates), subject: outputsOf(onMacro) };
}

function batchesOf(maps: Uint8Array, images: number): BatchState[] {
  const size = maps.length / images;
  return Array.from({ length: Math.ceil(images / batchImages) }, (_, batch) => {
    const first = batch * batchImages;
    const count = Math.min(batchImages, images - first);
    return enter(maps.slice(first * size, (first + count) * size), count);
  });
}

function joined(maps: readonly FeatureMap[]): Uint8Array {
  const whole = new Uint8Array(maps.reduce((sum, map) => sum + map.length, 0));
  let offset = 0;
  for (const map of maps) {
    whole.set(map, offset);
    offset += map.length;
  }
  return whole;
}
