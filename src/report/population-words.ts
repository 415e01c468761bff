import { percent, percentDigits, points } from "../base/format.js";
import type { Population } from "../record/population.js";

/** Mean, spread and worst chip in a sentence. */
export function populationInWords(population: Population, images: number): string {
  const digits = percentDigits(images);
  const spread = points(population.standardDeviation, digits).replace("+", "");
  return `Their mean accuracy is ${percent(population.mean, digits)} ± ${spread} points (standard deviation over chips), that of the worst ${percent(population.worst, digits)}.`;
}

/** Where the variance of one writing's accuracy comes from. A part that was estimated below zero is shown as none. */
export function varianceShares({ variance, images }: Population): { name: string; text: string }[] {
  const parts = { chips: "from chip to chip", writings: "from writing to writing", images: "from images to images" };
  const digits = percentDigits(images);
  return (Object.keys(parts) as (keyof typeof parts)[]).map((part) => {
    const value = variance[part];
    const text = `${points(Math.sqrt(Math.max(0, value)), digits).replace("+", "")} points`;
    return { name: parts[part], text: value < 0 ? `${text} (estimated below zero)` : text };
  });
}
