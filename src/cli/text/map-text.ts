import { printable } from "../../base/printable.js";
import type { BenchFacts } from "../../fit/bench-facts.js";
import { bytes, count, counted, duration, percent, rate, roughCount } from "../../base/format.js";
import { type Align, textTable } from "./text-table.js";
import type { MapDocument } from "../../run/map-network.js";

/** Whether a network fits a macro, for a terminal. Plain text, no colours. */
export function mapText(document: MapDocument): string {
  return [
    head(document),
    layerTable(document),
    timeTable(document),
    linkTable(document),
    assumptions(document),
    advice(document),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function head({ network, macro, bits, totals, fitsAtOnce }: MapDocument): string {
  const { spec } = macro;
  const pairs = { "row-pair": "row pairs", "column-pair": "column pairs", host: "columns the host subtracts" };
  const verdict = fitsAtOnce
    ? `fits: ${counted(totals.tiles, "tile")} on ${counted(totals.arrays, "array")}, one round`
    : `fits in ${totals.rounds} rounds: ${counted(totals.tiles, "tile")} on ${counted(totals.arrays, "array")}, ` +
      `${counted(totals.reprogrammings, "array")} programmed over`;
  return table([
    ["network", `${network.name}, ${count(network.parameters)} parameters, ${roughCount(network.macs)} MACs`],
    ["macro", `${macro.name}: ${macro.description}`],
    [
      "",
      `${counted(spec.arrays, "array")} of ${spec.arrayRows}×${spec.arrayColumns}, ${spec.cellBits}-bit cells in ` +
        `${pairs[spec.differential]}, ${spec.adcBits}-bit ADC`,
    ],
    ["bits", `${bitsInWords("activations", bits.activations)}, ${bitsInWords("weights", bits.weights)}`],
    ["verdict", verdict],
    ["cells", `${count(totals.cells)}, ${percent(totals.utilisation, 1)} of their arrays`],
    [
      "an image",
      `${count(totals.products)} products of one bit plane and one array, ${count(totals.conversions)} ADC conversions`,
    ],
  ]);
}

function bitsInWords(what: string, bits: number | "own"): string {
  return bits === "own" ? `${what}: the network's own` : `${what}: ${bits}`;
}

function layerTable({ layers }: MapDocument): string {
  const rows = layers.map(
    ({ id, rows, outputs, positions, inputBits, weightBits, tiles, utilisation, rounds, ...rest }) => [
      id,
      `${rows}×${outputs}`,
      count(positions),
      `${inputBits}/${weightBits}`,
      String(tiles),
      percent(utilisation, 1),
      rounds[0] === rounds[1] ? String(rounds[0] + 1) : `${rounds[0] + 1}…${rounds[1] + 1}`,
      count(rest.conversions),
      duration(rest.adcSeconds),
    ],
  );
  return table(
    [["layer", "matrix", "vectors", "bits", "tiles", "cells used", "round", "conversions", "ADC time"], ...rows],
    ["left", ...Array<Align>(8).fill("right")],
  );
}

function timeTable({ time, bench }: MapDocument): string {
  return table([
    ["programming", `${duration(time.programSeconds)}, once for ${counted(bench.images, "image")}`],
    ["ADC", `${duration(time.adcSeconds)} an image`],
    ["link", `${duration(time.linkSeconds)} an image, and ${duration(time.roundTripSeconds)} of round trips`],
    [
      "in all",
      `${duration(time.jobSeconds)}: ${rate(time.imagesPerHour)} images an hour; the job waits for ${waits[time.bound]}`,
    ],
  ]);
}

function linkTable({ link }: MapDocument): string {
  const rows = link.map(({ title, upBytes, downBytes, seconds, isThis }) => [
    isThis ? "→" : "",
    title,
    bytes(upBytes),
    bytes(downBytes),
    rate(3600 / seconds),
  ]);
  return table(
    [["", "a board that, with all above it,", "up", "down", "images an hour by the link"], ...rows],
    ["left", "left", "right", "right", "right"],
  );
}

/** What each fact of a bench is, with its unit, and the option that gives it. */
const factNames: Readonly<Record<keyof BenchFacts, { says: (value: string) => string; option: string }>> = {
  adcConversionNs: { says: (value) => `${value} ns a conversion`, option: "--adc-ns" },
  adcsPerArray: { says: (value) => `${counted(Number(value), "converter")} an array`, option: "--adcs-per-array" },
  arraysTogether: {
    says: (value) => (value === "true" ? "arrays convert together" : "one array converts at a time"),
    option: "--arrays-together",
  },
  writePulseMicroseconds: { says: (value) => `${value} µs a write pulse with its read`, option: "--write-pulse-us" },
  pulsesPerCell: { says: (value) => `${value} pulses a cell`, option: "--pulses-per-cell" },
  linkBytesPerSecond: {
    says: (value) => `${count(Number(value))} bytes/s on the link`,
    option: "--link-bytes-per-second",
  },
  linkDuplex: { says: (value) => `${value} duplex`, option: "--half-duplex" },
  framingShare: { says: (value) => `${percent(Number(value), 1)} of framing`, option: "--framing-percent" },
  roundTripMs: { says: (value) => `${value} ms a round trip`, option: "--round-trip-ms" },
  images: { says: (value) => `${count(Number(value))} images a job`, option: "--images" },
};

function assumptions({ bench, assumed }: MapDocument): string {
  if (assumed.length === 0) return "";
  const rows = assumed.map(({ fact, why }) => {
    const { says, option } = factNames[fact];
    return [`  ${says(String(bench[fact]))}`, why, option];
  });
  return `assumed; give your own with the option:\n${table(rows)}`;
}

function advice({ advice: list, totals }: MapDocument): string {
  if (list.length === 0) return "";
  const reasons = [...new Set(list.map(({ against }) => against))].map((reason) =>
    reason === "rounds" ? `${totals.rounds} rounds` : `the wait for ${waits[reason]}`,
  );
  const rows = list.map(({ change, effect }) => [`  ${change}`, effect]);
  return `what to change against ${reasons.join(" and ")}:\n${table(rows)}`;
}

/** What a job waits for, in words. */
const waits = { programming: "programming", adc: "the converters", link: "the link" } as const;

function table(rows: readonly (readonly string[])[], align?: readonly Align[]): string {
  return textTable(
    rows.map((row) => row.map(printable)),
    align,
  );
}
