import { expect } from "chai";
import { isNasError, type ErrorCode, type NasError } from "../base/errors.js";
import type { Macro } from "../macro/macro.js";

/** Values that go together are at least so correlated. */
const leastCorrelation = 0.9;

/** The call must be refused with this code. */
export async function refuses(code: ErrorCode, call: () => Promise<unknown>): Promise<NasError> {
  const thrown = await call().then(
    () => undefined,
    (error: unknown) => error,
  );
  const got = thrown instanceof Error ? thrown.message : "an answer";
  expect(isNasError(thrown, code), `a refusal with ${code}; got ${got}`).to.equal(true);
  return thrown as NasError;
}

/** The same values as before; on silicon, whose noise makes each reading another, values that go together with them. */
export function expectSame(macro: Macro, values: Int32Array, before: ArrayLike<number>): void {
  expect(values.length).to.equal(before.length);
  if (macro.identity.kind !== "silicon") expect([...values]).to.deep.equal(Array.from(before));
  else expectTogether(values, before);
}

/** Values that go together. */
export function expectTogether(values: ArrayLike<number>, others: ArrayLike<number>): void {
  expect(correlation(values, others), "correlation").to.be.above(leastCorrelation);
}

/** Pearson's; 1 where neither varies. */
function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, ofA, ofB] = [0, 0, 0];
  for (let index = 0; index < a.length; index++) {
    both += (a[index] - meanA) * (b[index] - meanB);
    ofA += (a[index] - meanA) ** 2;
    ofB += (b[index] - meanB) ** 2;
  }
  return ofA === 0 && ofB === 0 ? 1 : both / Math.sqrt(ofA * ofB);
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

export function meanSquare(values: ArrayLike<number>): number {
  return mean(Array.from(values, (value) => value * value));
}
