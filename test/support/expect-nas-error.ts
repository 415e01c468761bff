import { expect } from "chai";
import { type ErrorCode, NasError } from "../../src/base/errors.js";

/** Runs `job`, which must throw a NasError of this code with a hint; gives the error for further checks. */
export function expectNasError(code: ErrorCode, job: () => unknown): NasError {
  let thrown: unknown;
  try {
    job();
  } catch (error) {
    thrown = error;
  }
  return checked(code, thrown);
}

/** The same for a promise. */
export async function expectNasRejection(code: ErrorCode, job: Promise<unknown>): Promise<NasError> {
  let thrown: unknown;
  try {
    await job;
  } catch (error) {
    thrown = error;
  }
  return checked(code, thrown);
}

function checked(code: ErrorCode, thrown: unknown): NasError {
  if (!(thrown instanceof NasError)) expect.fail(`expected ${code}, got ${String(thrown)}`);
  expect(thrown.code, thrown.message).to.equal(code);
  expect(thrown.hint).to.not.equal("");
  return thrown;
}
