import type { MacroCondition } from "../../macro/macro.js";
import { duration } from "../../base/format.js";

/** A board's condition for a person, one fact a line. */
export function conditionText(condition: MacroCondition): string {
  const { temperatureCelsius, supplyVolts, isStopped, uptimeSeconds, link, pulses } = condition;
  const facts: [string, string | undefined][] = [
    ["up for", uptimeSeconds === undefined ? undefined : duration(uptimeSeconds)],
    ["temperature", temperatureCelsius === undefined ? undefined : `${temperatureCelsius.toFixed(1)} °C`],
    ["supply", supplyVolts === undefined ? undefined : `${supplyVolts.toFixed(2)} V`],
    ["emergency stop", isStopped ? "holds: nas4cim board release" : undefined],
    ["write pulses", pulses?.toLocaleString("en")],
    ["round trip", link?.roundTripMs === undefined ? undefined : `${link.roundTripMs.toFixed(1)} ms`],
    ["frames", link && `${link.framesSent} sent, ${link.framesReceived} received, ${link.framesResent} sent again`],
    ["damaged", link && link.framesDamaged > 0 ? `${link.framesDamaged} frames` : undefined],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(15)} ${value}`])).join("\n");
}

/** Numbers in rows and columns. */
export function tileText({
  rows,
  columns,
  levels,
}: {
  rows: number;
  columns: number;
  levels: readonly number[];
}): string {
  const width = Math.max(...levels.map((level) => String(level).length), 1);
  return Array.from({ length: rows }, (_, row) =>
    levels
      .slice(row * columns, (row + 1) * columns)
      .map((level) => String(level).padStart(width))
      .join(" "),
  ).join("\n");
}
