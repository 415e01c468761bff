import { throwIfAborted } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import type { Macro, ProgramReport } from "../macro/macro.js";
import { encodeTile } from "../mapping/encode.js";
import type { Placement } from "../mapping/placement.js";
import type { MatrixLayer, QuantizedNetwork } from "../network/quantized-network.js";

/** Programs all tiles of a round; reports in the order of the tiles. */
export async function programRound(
  role: string,
  macro: Macro,
  network: QuantizedNetwork,
  placement: Placement,
  round: number,
  context: JobContext,
): Promise<{ tile: number; report: ProgramReport }[]> {
  const tiles = placement.tiles.filter((tile) => tile.round === round);
  const reports: { tile: number; report: ProgramReport }[] = [];
  for (const tile of tiles) {
    throwIfAborted(context.signal);
    const layer = network.nodes.find(({ id }) => id === tile.layer) as MatrixLayer;
    const image = encodeTile(layer, tile, placement.spec);
    const report = await macro.program(image, { signal: context.signal, keys: { tile: tile.tile } });
    reports.push({ tile: tile.tile, report });
    context.progress?.({ label: `programming ${role}`, done: reports.length, total: tiles.length, unit: "tiles" });
  }
  return reports;
}

/** Gives a round's arrays the ADC steps of their tiles. */
export async function configureRound(
  macros: readonly Macro[],
  placement: Placement,
  round: number,
  levelsByTile: readonly number[],
  context: JobContext,
): Promise<void> {
  const tiles = placement.tiles.filter((tile) => tile.round === round);
  const adcStepLevels = tiles.map(({ array, tile }) => ({ array, levels: levelsByTile[tile] }));
  for (const macro of macros) await macro.configure({ adcStepLevels }, { signal: context.signal });
}
