import { rate } from "../base/format.js";
import type { MacroSpec } from "../macro/macro.js";
import type { BenchFacts } from "./bench-facts.js";
import { type Fit, fitNetwork } from "./fit.js";
import type { LayerLoad } from "./layer-load.js";

/** One change and what the same calculation says after it. */
export interface Advice {
  /** What the change is for. */
  against: "rounds" | "programming" | "adc" | "link";
  change: string;
  effect: string;
}

/** A change must help by so much to be worth telling. */
const worthwhile = 1.1;

/** What to change where a network does not fit in one round, and against what the job waits for. */
export function adviseFit(layers: readonly LayerLoad[], spec: MacroSpec, bench: BenchFacts, fit: Fit): Advice[] {
  return [...adviseRounds(layers, spec, bench, fit), ...adviseTime(layers, spec, bench, fit)];
}

function adviseRounds(layers: readonly LayerLoad[], spec: MacroSpec, bench: BenchFacts, { totals }: Fit): Advice[] {
  if (totals.rounds === 1) return [];
  const advice: Advice[] = [
    {
      against: "rounds",
      change: `a macro of ${totals.arraysWanted} arrays`,
      effect: `holds all tiles at once: 1 round instead of ${totals.rounds}, nothing is programmed over`,
    },
  ];
  const tell = (change: string, changed: Fit["totals"]) => {
    if (changed.tiles >= totals.tiles) return;
    advice.push({
      against: "rounds",
      change,
      effect: `${changed.tiles} tiles instead of ${totals.tiles}: rounds ${totals.rounds} → ${changed.rounds}`,
    });
  };
  const cellBits = Math.max(...layers.map(({ weightBits }) => weightBits)) - 1;
  if (cellBits > spec.cellBits) {
    tell(
      `cells of ${cellBits} bits: one pair of cells a weight`,
      fitNetwork(layers, { ...spec, cellBits }, bench).totals,
    );
    const weightBits = spec.cellBits + 1;
    const narrow = layers.map((layer) => ({ ...layer, weightBits: Math.min(layer.weightBits, weightBits) }));
    tell(`weights of ${weightBits} bits: one pair of cells a weight`, fitNetwork(narrow, spec, bench).totals);
  }
  const [arrayRows, arrayColumns] = [2 * spec.arrayRows, 2 * spec.arrayColumns];
  tell(
    `arrays of ${arrayRows}×${arrayColumns}`,
    fitNetwork(layers, { ...spec, arrayRows, arrayColumns }, bench).totals,
  );
  return advice;
}

function adviseTime(layers: readonly LayerLoad[], spec: MacroSpec, bench: BenchFacts, fit: Fit): Advice[] {
  const { bound, imagesPerHour } = fit.time;
  const advice: Advice[] = [];
  const tell = (change: string, changed: Partial<BenchFacts>) => {
    const after = fitNetwork(layers, spec, { ...bench, ...changed }).time.imagesPerHour;
    if (after < worthwhile * imagesPerHour) return;
    advice.push({ against: bound, change, effect: `${rate(imagesPerHour)} → ${rate(after)} images an hour` });
  };
  if (bound === "programming") {
    tell(`${10 * bench.images} images a programming`, { images: 10 * bench.images });
    tell("write pulses of half the time", { writePulseMicroseconds: bench.writePulseMicroseconds / 2 });
  }
  if (bound === "adc") {
    if (!bench.arraysTogether) tell("the arrays of a layer convert together", { arraysTogether: true });
    tell(`${2 * bench.adcsPerArray} converters an array`, { adcsPerArray: 2 * bench.adcsPerArray });
  }
  if (bound === "link") {
    tell("ten times the vectors a call, or round trips of a tenth", { roundTripMs: bench.roundTripMs / 10 });
    tell("a link of ten times the bytes per second", { linkBytesPerSecond: 10 * bench.linkBytesPerSecond });
    advice.push(...adviseBoard(bench, fit));
  }
  return advice;
}

/** The next thing that the board could do itself and that shortens the link's time; what comes before it is wanted, too. */
function adviseBoard(bench: BenchFacts, { link, time }: Fit): Advice[] {
  const own = link.find(({ isThis }) => isThis)!;
  const better = link.find(({ seconds, ability }) => ability !== undefined && seconds * worthwhile <= own.seconds);
  if (better === undefined) return [];
  const perImage = Math.max(better.seconds + time.roundTripSeconds, time.adcSeconds);
  const after = (bench.images / (time.programSeconds + bench.images * perImage)) * 3600;
  return [
    {
      against: "link",
      change: `a board that, with all before it in the table of the link, ${better.title}`,
      effect: `${rate(time.imagesPerHour)} → ${rate(after)} images an hour`,
    },
  ];
}
