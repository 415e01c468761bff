import { adcOutputs, type MacroSpec } from "../macro/macro.js";
import type { BenchFacts } from "./bench-facts.js";
import { type LayerLoad, positionsOf } from "./layer-load.js";
import { abilitiesOf, boardAbilities, type BoardAbility, linkTraffic, type LinkTraffic } from "./link-traffic.js";
import { placeNetwork } from "../mapping/place-network.js";
import type { Placement, Tile } from "../mapping/placement.js";

/** How a network sits on a macro and what a job then takes. Plain data. */
export interface Fit {
  totals: FitTotals;
  layers: FitLayer[];
  time: FitTime;
  /** Link time by what the board does itself, each rung with all before it; `isThis` marks the macro's own. */
  link: LinkRung[];
}

export interface FitTotals {
  weights: number;
  tiles: number;
  /** Arrays the macro has, and how many of them hold a tile at some time. */
  arrays: number;
  arraysUsed: number;
  /** Arrays that would hold all tiles at once. */
  arraysWanted: number;
  /** How often the macro is filled to hold all tiles in turn. */
  rounds: number;
  /** Arrays that are programmed over while they hold an earlier tile, in one job. */
  reprogrammings: number;
  /** Cells in use, programmed once a job, zeros included. */
  cells: number;
  /** cells ÷ the cells of the arrays that the tiles take, 0 … 1. */
  utilisation: number;
  /** One bit plane on one array, an image. */
  products: number;
  /** ADC conversions an image. */
  conversions: number;
}

export interface FitLayer {
  id: string;
  rows: number;
  outputs: number;
  positions: number;
  inputBits: number;
  weightBits: number;
  tiles: number;
  cells: number;
  /** cells ÷ the cells of its arrays, 0 … 1. */
  utilisation: number;
  /** First and last round that holds a tile of it, from 0. */
  rounds: [first: number, last: number];
  conversions: number;
  adcSeconds: number;
}

/** Seconds. */
export interface FitTime {
  /** Once a job. */
  programSeconds: number;
  /** Of an image. */
  adcSeconds: number;
  linkSeconds: number;
  roundTripSeconds: number;
  /** Of an image when link and converters overlap: the longer of both, round trips counted to the link. */
  secondsPerImage: number;
  jobSeconds: number;
  imagesPerHour: number;
  /** What takes most of the job. */
  bound: "programming" | "adc" | "link";
}

export interface LinkRung extends LinkTraffic {
  /** undefined: the board sends every column as it is. */
  ability?: BoardAbility;
  title: string;
  /** Of an image. */
  seconds: number;
  isThis: boolean;
}

/**
 * Places a network on a macro and tells arrays, conversions, times and bytes. It says what the converters, the write
 * pulses and the link take; waiting for cells to relax, host work and a board's own overhead come on top.
 * @throws NAS_MAPPING_IMPOSSIBLE where no number of rounds would do
 */
export function fitNetwork(layers: readonly LayerLoad[], spec: MacroSpec, bench: BenchFacts): Fit {
  const placement = placeNetwork({ nodes: layers }, spec);
  const fitted = layers.map((layer) => fitLayer(layer, placement, bench));
  const cells = sumOf(fitted, (layer) => layer.cells);
  const arraysUsed = new Set(placement.tiles.map(({ array }) => array)).size;
  return {
    totals: {
      weights: sumOf(layers, ({ rows, outputs }) => rows * outputs),
      tiles: placement.tiles.length,
      arrays: spec.arrays,
      arraysUsed,
      arraysWanted: placement.tiles.length,
      rounds: placement.rounds,
      reprogrammings: placement.tiles.length - arraysUsed,
      cells,
      utilisation: utilisationOf(cells, placement.tiles.length, spec),
      products: sumOf(fitted, ({ tiles, positions, inputBits }) => tiles * positions * inputBits),
      conversions: sumOf(fitted, ({ conversions }) => conversions),
    },
    layers: fitted,
    time: timeOf(layers, placement, bench, cells, fitted),
    link: linkLadder(layers, placement, bench),
  };
}

function fitLayer(layer: LayerLoad, placement: Placement, bench: BenchFacts): FitLayer {
  const { spec } = placement;
  const tiles = placement.tiles.filter((tile) => tile.layer === layer.id);
  const positions = positionsOf(layer);
  const cells = sumOf(tiles, ({ rows, columns }) => rows * columns);
  return {
    id: layer.id,
    rows: layer.rows,
    outputs: layer.outputs,
    positions,
    inputBits: layer.inputBits,
    weightBits: layer.weightBits,
    tiles: tiles.length,
    cells,
    utilisation: utilisationOf(cells, tiles.length, spec),
    rounds: [tiles[0].round, tiles[tiles.length - 1].round],
    conversions: positions * layer.inputBits * sumOf(tiles, ({ columns }) => adcOutputs(spec, columns)),
    adcSeconds: positions * layer.inputBits * planeSeconds(tiles, spec, bench),
  };
}

/** One bit plane through all tiles of a layer: in each round the slowest of them, or one after the other. */
function planeSeconds(tiles: readonly Tile[], spec: MacroSpec, bench: BenchFacts): number {
  const byRound = new Map<number, number>();
  for (const { round, columns } of tiles) {
    const seconds = Math.ceil(adcOutputs(spec, columns) / bench.adcsPerArray) * bench.adcConversionNs * 1e-9;
    const before = byRound.get(round) ?? 0;
    byRound.set(round, bench.arraysTogether ? Math.max(before, seconds) : before + seconds);
  }
  return sumOf([...byRound.values()], (seconds) => seconds);
}

function timeOf(
  layers: readonly LayerLoad[],
  placement: Placement,
  bench: BenchFacts,
  cells: number,
  fitted: readonly FitLayer[],
): FitTime {
  const programSeconds = cells * bench.pulsesPerCell * bench.writePulseMicroseconds * 1e-6;
  const adcSeconds = sumOf(fitted, (layer) => layer.adcSeconds);
  const linkSeconds = secondsOnLink(linkTraffic(layers, placement, abilitiesOf(placement.spec)), bench);
  const vectors = sumOf(fitted, ({ tiles, positions }) => tiles * positions);
  const roundTripSeconds = (vectors / placement.spec.maxVectors) * bench.roundTripMs * 1e-3;
  const secondsPerImage = Math.max(linkSeconds + roundTripSeconds, adcSeconds);
  const imagesSeconds = bench.images * secondsPerImage;
  const jobSeconds = programSeconds + imagesSeconds;
  const slower = adcSeconds > linkSeconds + roundTripSeconds ? "adc" : "link";
  return {
    programSeconds,
    adcSeconds,
    linkSeconds,
    roundTripSeconds,
    secondsPerImage,
    jobSeconds,
    imagesPerHour: (bench.images / jobSeconds) * 3600,
    bound: programSeconds > imagesSeconds ? "programming" : slower,
  };
}

function linkLadder(layers: readonly LayerLoad[], placement: Placement, bench: BenchFacts): LinkRung[] {
  const own = abilitiesOf(placement.spec);
  const rung = (abilities: readonly BoardAbility[], title: string, ability?: BoardAbility): LinkRung => {
    const traffic = linkTraffic(layers, placement, abilities);
    const isThis = abilities.length === own.length && own.every((name) => abilities.includes(name));
    return { ...(ability ? { ability } : {}), title, ...traffic, seconds: secondsOnLink(traffic, bench), isThis };
  };
  const ladder = [rung([], "sends every column as it is")];
  boardAbilities.forEach(({ ability, title }, index) => {
    ladder.push(
      rung(
        boardAbilities.slice(0, index + 1).map((step) => step.ability),
        title,
        ability,
      ),
    );
  });
  // A macro that adds bit planes and leaves the subtraction to the host stands beside the ladder.
  if (!ladder.some(({ isThis }) => isThis))
    ladder.push(rung(own, "this macro: adds the bit planes, does not subtract"));
  return ladder;
}

function secondsOnLink({ upBytes, downBytes }: LinkTraffic, bench: BenchFacts): number {
  const payload = bench.linkDuplex === "full" ? Math.max(upBytes, downBytes) : upBytes + downBytes;
  return (payload * (1 + bench.framingShare)) / bench.linkBytesPerSecond;
}

function utilisationOf(cells: number, arrays: number, { arrayRows, arrayColumns }: MacroSpec): number {
  return cells / (arrays * arrayRows * arrayColumns);
}

function sumOf<T>(values: readonly T[], value: (of: T) => number): number {
  return values.reduce((sum, each) => sum + value(each), 0);
}
