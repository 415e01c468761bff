import { NasError } from "../base/errors.js";
import { adcRails, type InputBlock, type Macro, type MacroSpec, type OutputBlock } from "../macro/macro.js";

/**
 * Checks what a macro answered before anything is counted from it: as many values as were asked for, and codes within the
 * ADC's rails. A driver that breaks the contract must not end as a figure in a report.
 * @param outputs ADC outputs of the tile
 * @throws NAS_MACRO_CONTRACT
 */
export function assertAnswer(
  macro: Macro,
  spec: MacroSpec,
  block: InputBlock,
  outputs: number,
  answer: OutputBlock,
): void {
  const { vectors, want, bits, array } = block;
  const wanted = vectors * outputs * (want === "codes" ? bits : 1);
  if (answer.vectors !== vectors || answer.outputs !== outputs || answer.values.length !== wanted) {
    breach(
      macro,
      `${answer.values.length} values, ${answer.vectors} vectors of ${answer.outputs} outputs, where ${wanted}, ${vectors} and ${outputs} are due`,
      { array, wanted },
    );
  }
  if (want !== "codes") return;
  const { low, high } = adcRails(spec);
  const beyond = answer.values.findIndex((code) => code < low || code > high);
  if (beyond >= 0)
    breach(macro, `code ${answer.values[beyond]}, its ADC gives ${low} to ${high}`, {
      array,
      code: answer.values[beyond],
    });
}

function breach({ identity }: Macro, what: string, context: Record<string, unknown>): never {
  throw new NasError("NAS_MACRO_CONTRACT", `macro ${identity.driver}:${identity.chipId} answered ${what}`, {
    hint: "its driver is at fault: run the suite of nas4cim/conformance on it",
    context,
  });
}
