import { expect } from "chai";

/** Every number within `tolerance` of its counterpart, relative to the largest expected magnitude. */
export function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(found.length).to.equal(expected.length);
  const scale = Math.max(...Array.from(expected, Math.abs), Number.MIN_VALUE);
  for (let index = 0; index < expected.length; index++) {
    const difference = Math.abs(found[index] - expected[index]) / scale;
    expect(difference, `element ${index}: ${found[index]} for ${expected[index]}`).to.be.at.most(tolerance);
  }
}
