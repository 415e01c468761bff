// Fits the effect "relaxation" to measured cells: node scripts/make-relaxation.mjs <folder of the data> > fixtures/device/relaxation-tech-b.json
// The data: github.com/akashlevy/RRAM-Relaxation-Master-Model at ca0cfff655a7392dc8955585f7345303b3cffde8 (MIT), folder techB.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";

const fullScaleSiemens = 128e-6;
/** A 3-bit cell: level 7 is full scale. */
const highestLevel = 7;
const onsetSeconds = 0.001;
const boltzmannEvPerKelvin = 8.617333e-5;
const celsius = (degrees) => degrees + 273.15;
const decades = (seconds) => Math.log10(1 + seconds / onsetSeconds);
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values) => mean(values.map((value) => (value - mean(values)) ** 2));
const rounded = (value) => Number(value.toPrecision(4));

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function rowsOf(path) {
  const text = gunzipSync(readFileSync(path)).toString();
  return text
    .trim()
    .split("\n")
    .map((line) => line.split("\t").map(Number));
}

const levelsOf = (siemens) => (siemens / fullScaleSiemens) * highestLevel;

/** Changes of conductance in levels, by the level that the first reading was nearest to. */
function byLevel(pairs) {
  const changes = Array.from({ length: highestLevel + 1 }, () => []);
  for (const [first, later] of pairs) changes[Math.round(first)]?.push(later - first);
  return changes.map((values) => ({
    cells: values.length,
    meanLevels: rounded(mean(values)),
    sigmaLevels: rounded(Math.sqrt(variance(values))),
  }));
}

/** Moments of the readings of 15,961 cells, and of the baked ones. */
function moments(folder) {
  // Rows of a target range above 31 are strays.
  const readings = rowsOf(join(folder, "techB", "relaxdata_10k.min.tsv.gz")).filter((row) => row[5] < 32);
  const atRoom = [0.01, 0.1, 1, 100, 1000, 10000].map((seconds) => ({
    seconds,
    levels: byLevel(readings.filter((row) => row[6] === seconds).map((row) => [levelsOf(row[4]), levelsOf(row[3])])),
  }));
  const bakes = rowsOf(join(folder, "techB", "bake.tsv.gz"));
  const baked = [100, 140, 180, 220, 260].map((temperatureCelsius) => {
    const here = bakes.filter((row) => row[4] === temperatureCelsius);
    const before = new Map(here.filter((row) => row[1] === 0).map((row) => [row[0], levelsOf(row[3])]));
    const after = here.filter((row) => row[1] > 0 && before.has(row[0]));
    const levels = byLevel(after.map((row) => [before.get(row[0]), levelsOf(row[3])]));
    return { temperatureCelsius, seconds: Math.round(mean(after.map((row) => row[1]))), levels };
  });
  return { atRoom, baked };
}

/**
 * Spread and drift per decade: the median over the time points, because a few cells jump. Activation energy: the median over
 * temperatures and the levels 1 to 3, in which relaxation is large.
 */
function fit({ atRoom, baked }) {
  const perDecade = (of) =>
    Array.from({ length: highestLevel + 1 }, (_, level) =>
      median(atRoom.map(({ seconds, levels }) => of(levels[level]) / decades(seconds))),
    );
  const variances = perDecade(({ sigmaLevels }) => sigmaLevels ** 2);
  const energies = baked.flatMap(({ temperatureCelsius, seconds, levels }) =>
    [1, 2, 3].map((level) => {
      const more = levels[level].sigmaLevels ** 2 / variances[level] - decades(seconds);
      return (more * Math.LN10 * boltzmannEvPerKelvin) / (1 / celsius(25) - 1 / celsius(temperatureCelsius));
    }),
  );
  return {
    relaxationSigmaLevels: variances.map((value) => rounded(Math.sqrt(value))),
    relaxationMeanLevels: perDecade(({ meanLevels }) => meanLevels).map(rounded),
    relaxationOnsetSeconds: onsetSeconds,
    relaxationActivationEnergyEv: rounded(median(energies)),
  };
}

export function relaxationFixture(folder) {
  const measured = moments(folder);
  return {
    source:
      "github.com/akashlevy/RRAM-Relaxation-Master-Model at ca0cfff655a7392dc8955585f7345303b3cffde8 (MIT): techB/relaxdata_10k.min.tsv.gz and techB/bake.tsv.gz; levels of a 3-bit cell, level 7 = 128 µS, cells by the level nearest to their first reading",
    fit: fit(measured),
    ...measured,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(JSON.stringify(relaxationFixture(process.argv[2]), null, 2));
