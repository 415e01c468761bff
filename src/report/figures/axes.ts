import { colour } from "../theme.js";

const label = { color: colour("muted"), fontSize: 12 };
const line = { lineStyle: { color: colour("line") } };

/** A value axis: quiet grid lines, no line of its own. `name` is what it counts, with its unit. */
export function valueAxis(name?: string) {
  return {
    type: "value" as const,
    ...(name === undefined ? {} : axisName(name)),
    axisLabel: { ...label, hideOverlap: true, formatter: axisNumber },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { show: true, ...line },
  };
}

/** A number on an axis: a true minus sign, and without the noise of binary fractions. */
export function axisNumber(value: number): string {
  return String(Number(value.toFixed(6))).replace("-", "−");
}

/** An axis of names, first one on top or at the left. */
export function namesAxis(names: string[]) {
  return {
    type: "category" as const,
    data: names,
    axisLabel: { ...label, color: colour("ink"), interval: 0 },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { show: false },
  };
}

/** Writes an axis's name in its middle. */
export function axisName(name: string, gap = 26) {
  return {
    name,
    nameLocation: "middle" as const,
    nameGap: gap,
    nameTextStyle: { color: colour("muted"), fontSize: 12 },
  };
}
