import { NasError } from "../base/errors.js";
import { adcRails, type InputBlock, type Macro, type MacroSpec, type OutputBlock } from "../macro/macro.js";

/**
 * Checks the shape of what a macro answered before anything is counted from it. A driver that breaks the contract must not end
 * as a figure in a report.
 * @param outputs ADC outputs of the tile
 * @throws NAS_MACRO_CONTRACT where these are not as many values as were asked for
 */
export function assertShape(
  macro: Macro,
  { vectors, want, bits, array }: InputBlock,
  outputs: number,
  answer: OutputBlock,
): void {
  const wanted = vectors * outputs * (want === "codes" ? bits : 1);
  if (answer.vectors === vectors && answer.outputs === outputs && answer.values.length === wanted) return;
  breach(
    macro,
    `${answer.values.length} values, ${answer.vectors} vectors of ${answer.outputs} outputs, where ${wanted}, ${vectors} and ${outputs} are due`,
    { array, wanted },
  );
}

/** Checks codes that a macro answered. @throws NAS_MACRO_CONTRACT where one lies beyond the rails of its ADC */
export function assertCodes(macro: Macro, spec: MacroSpec, array: number, codes: Int32Array): void {
  const { low, high } = adcRails(spec);
  if (areWithin(codes, low, high)) return;
  const code = codes.find((each) => each < low || each > high);
  breach(macro, `code ${code}, its ADC gives ${low} to ${high}`, { array, code });
}

/** A plain loop: a run checks thousands of millions of codes, and a call for each would take longer than computing them. */
function areWithin(codes: Int32Array, low: number, high: number): boolean {
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index];
    if (code < low || code > high) return false;
  }
  return true;
}

function breach({ identity }: Macro, what: string, context: Record<string, unknown>): never {
  throw new NasError("NAS_MACRO_CONTRACT", `macro ${identity.driver}:${identity.chipId} answered ${what}`, {
    hint: "its driver is at fault: run the suite of nas4cim/conformance on it",
    context,
  });
}
