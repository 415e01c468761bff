import type { Split } from "./labelled-images.js";

/** The caveat of a set that lacks official images: "9,176 of the 10,000 official test images: <why>". */
export function partCaveat(count: number, officialCount: number, split: Split, why: string): string {
  const images = split === "test" ? "test images" : "training images";
  return `${count.toLocaleString("en")} of the ${officialCount.toLocaleString("en")} official ${images}: ${why}`;
}
