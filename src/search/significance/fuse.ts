import { NasError } from "../../base/errors.js";
import type { Significance } from "./significance.js";

/** The voices of a search. The paper has the first two; the chip's is left out where its weight is 0. */
export interface Significances {
  task: Significance;
  hardware: Significance;
  chip?: Significance;
}

/** How much each voice counts; at least 0, and not all 0. */
export type FusionWeights = Readonly<Record<keyof Significances, number>>;

/**
 * The weighted mean of the significances, operator by operator, each layer's row first brought to 0 … 1 from its least to
 * its greatest: task shares lie close together and frequencies do not, so that their plain sum would be the frequencies'
 * alone. A row whose operators are equal says nothing and counts 0.
 * @throws NAS_SEARCH_OBJECTIVE where a voice that counts is missing
 */
export function fuse(voices: Significances, weights: FusionWeights): number[][] {
  const used = (Object.keys(weights) as (keyof Significances)[]).filter((voice) => weights[voice] > 0);
  const total = used.reduce((sum, voice) => sum + weights[voice], 0);
  const matrices = used.map((voice) => {
    const matrix = voices[voice];
    if (matrix === undefined) refuseMissing(voice);
    return { share: weights[voice] / total, rows: matrix.map(toRange) };
  });
  return voices.task.map((row, layer) =>
    row.map((_, operator) => matrices.reduce((sum, { share, rows }) => sum + share * rows[layer][operator], 0)),
  );
}

/** From the row's least to its greatest as 0 … 1; all 0 where they are equal. */
export function toRange(row: readonly number[]): number[] {
  const [least, greatest] = [Math.min(...row), Math.max(...row)];
  return row.map((value) => (greatest > least ? (value - least) / (greatest - least) : 0));
}

function refuseMissing(voice: string): never {
  throw new NasError("NAS_SEARCH_OBJECTIVE", `the objective weighs ${voice} significance, which this search has not`, {
    hint: `give it the weight 0, or measure it first`,
    context: { voice },
  });
}
