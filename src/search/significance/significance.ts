/**
 * What speaks for each operator in each searched layer: [layers][operators], in the space's order of both. A row holds
 * numbers of at least 0 that sum to 1.
 */
export type Significance = readonly (readonly number[])[];

/** One operator for each searched layer, by its place in the row of a significance. */
export type Choice = readonly number[];

/** e^value over their sum, without overflow. */
export function softmax(values: readonly number[]): number[] {
  const largest = Math.max(...values);
  return toShares(values.map((value) => Math.exp(value - largest)));
}

/** Numbers of at least 0 over their sum; where all are 0, equal shares. */
export function toShares(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => (sum > 0 ? value / sum : 1 / values.length));
}

/** The place of the largest number, the first where several are equal. */
export function placeOfLargest(values: readonly number[]): number {
  return values.reduce((best, value, place) => (value > values[best] ? place : best), 0);
}
