import { count as grouped } from "../base/format.js";
import type { Split } from "./labelled-images.js";

/** The caveat of a set that lacks official images: "9,176 of the 10,000 official test images: <why>". */
export function partCaveat(count: number, officialCount: number, split: Split, why: string): string {
  const images = split === "test" ? "test images" : "training images";
  return `${grouped(count)} of the ${grouped(officialCount)} official ${images}: ${why}`;
}
