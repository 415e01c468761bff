import { keyedNormal } from "../../base/keyed-random.js";
import { number, perLevel } from "./chip-key.js";
import { type CellEffect, type Conditions, type EffectFacts, freshlyProgrammed } from "./effect.js";

export interface RelaxationKeys {
  /** Spread that a cell gathers, in levels per square root of a decade of time, for each target level. */
  relaxationSigmaLevels?: number[];
  /** Mean drift, in levels per decade of time, for each target level; negative where conductance falls. */
  relaxationMeanLevels?: number[];
  /** When relaxation begins to show after the last pulse, t0. Left out: 0.001 s. */
  relaxationOnsetSeconds?: number;
  /** Activation energy that makes time count for more above 25 °C. Left out: 0, temperature does not matter. */
  relaxationActivationEnergyEv?: number;
}

const boltzmannEvPerKelvin = 8.617333e-5;
const onsetSeconds = 0.001;

/** Decades of time since the onset: log10(1 + t / t0). */
function decades(seconds: number, { relaxationOnsetSeconds: onset = onsetSeconds }: RelaxationKeys): number {
  return Math.log10(1 + seconds / onset);
}

/** Seconds at 25 °C that do as much as one second at this temperature (Arrhenius). */
function acceleration(
  temperatureCelsius: number,
  { relaxationActivationEnergyEv: energy = 0 }: RelaxationKeys,
): number {
  const inverse = (celsius: number) => 1 / (celsius + 273.15);
  const difference = inverse(freshlyProgrammed.temperatureCelsius) - inverse(temperatureCelsius);
  return Math.exp((energy / boltzmannEvPerKelvin) * difference);
}

/** Decades by which the spread has grown at this age and temperature. */
export function spreadDecades(
  { secondsSinceProgramming, temperatureCelsius }: Conditions,
  chip: RelaxationKeys,
): number {
  return decades(secondsSinceProgramming * acceleration(temperatureCelsius, chip), chip);
}

/** Conductance that moves by itself after write-verify has let go. Drawn anew for each writing, like the write error. */
export const relaxation: EffectFacts<RelaxationKeys> & CellEffect<RelaxationKeys> = {
  name: "relaxation",
  equation:
    "g(t) = max(0, g + μ(L)·log10(1 + t/t0) + σ(L)·√D·z), D = log10(1 + a·t/t0), a = exp(E/k·(1/298.15 K − 1/T)), z standard normal",
  source:
    "fitted to technology B of github.com/akashlevy/RRAM-Relaxation-Master-Model (MIT): 15,961 cells, 0.01 to 10,000 s, and 75,410 baked ones, 100 to 260 °C",
  validRange:
    "0 to 10,000 s at 25 °C: measured spreads within a fifth, but for a few cells that jumped, and tails longer than normal. 100 to 260 °C: within a quarter at the levels 1 to 3 of 7, up to a third too little at 4. z is one number a cell, so two readings of one writing hang together more than they should",
  keys: {
    relaxationSigmaLevels: perLevel("levels / √decade"),
    relaxationMeanLevels: perLevel("levels / decade", { least: -1e3, most: 1e3 }),
    relaxationOnsetSeconds: number("s", { least: 1e-9, most: 1e9 }),
    relaxationActivationEnergyEv: number("eV", { most: 5 }),
  },
  isPresent: ({ relaxationSigmaLevels: sigmas, relaxationMeanLevels: means }) =>
    [...(sigmas ?? []), ...(means ?? [])].some((size) => size !== 0),

  acts: "with time",
  draw: ({ seed, chipSeed, tile }, row, column) => keyedNormal("relaxation", seed, chipSeed, tile, row, column),
  apply(conductanceLevels, { target, draw }, chip, conditions) {
    if (conditions.secondsSinceProgramming === 0) return conductanceLevels;
    const mean = chip.relaxationMeanLevels?.[target] ?? 0;
    const sigma = chip.relaxationSigmaLevels?.[target] ?? 0;
    const drifted = conductanceLevels + mean * decades(conditions.secondsSinceProgramming, chip);
    return Math.max(0, sigma > 0 ? drifted + sigma * Math.sqrt(spreadDecades(conditions, chip)) * draw() : drifted);
  },
};
