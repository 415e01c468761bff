import { NasError } from "../base/errors.js";
import { adcOutputs, adcRails, nameOf } from "./macro.js";
import type { InputBlock, Macro, OutputBlock, ProgramReport, TileImage } from "./macro.js";

/** Of a macro: who answers, and what it may answer. */
type Answerer = Pick<Macro, "identity" | "spec">;

/**
 * Checks what a macro answered before anything is counted from it. A driver that breaks the contract must not end as a
 * figure in a report.
 * @throws NAS_MACRO_CONTRACT by the macro's name
 */
export function checkReport(macro: Answerer, { array, levels }: TileImage, report: ProgramReport): void {
  const { cells, cellsOutOfTolerance, pulses = 0 } = objectOf(macro, "program", report);
  if (cells !== levels.length) breach(macro, `that it programmed ${cells} cells of ${levels.length}`, { array, cells });
  if (!isCount(cellsOutOfTolerance, cells))
    breach(macro, `that ${cellsOutOfTolerance} of ${cells} cells are out of tolerance`, { array, cellsOutOfTolerance });
  if (!isCount(pulses)) breach(macro, `that it spent ${pulses} pulses`, { array, pulses });
}

/** As checkReport, for a readback of the array that holds a tile of this size. */
export function checkReadback(
  macro: Answerer,
  wanted: Pick<TileImage, "array" | "rows" | "columns">,
  image: TileImage,
): void {
  const { array, rows, columns, levels } = objectOf(macro, "readback", image);
  if (array !== wanted.array || rows !== wanted.rows || columns !== wanted.columns) {
    breach(
      macro,
      `${rows} × ${columns} cells of array ${array}, where ${wanted.rows} × ${wanted.columns} of array ${wanted.array} are due`,
      { array: wanted.array, rows, columns },
    );
  }
  if (!(levels instanceof Uint8Array) || levels.length !== rows * columns)
    breach(macro, `${sizeOf(levels)} as the levels of ${rows} × ${columns} cells`, { array });
  const highest = 2 ** macro.spec.cellBits - 1;
  const beyond = levels.findIndex((level) => level > highest);
  if (beyond >= 0)
    breach(macro, `level ${levels[beyond]}, its cells hold 0 to ${highest}`, { array, level: levels[beyond] });
}

/** As checkReport, for a computation on the array that holds a tile of so many physical columns. */
export function checkOutputs(macro: Answerer, inputs: InputBlock, columns: number, answer: OutputBlock): void {
  const { vectors, want, bits, array } = inputs;
  const { vectors: answered, outputs, values, saturated } = objectOf(macro, "compute", answer);
  const due = adcOutputs(macro.spec, columns);
  const wanted = vectors * due * (want === "codes" ? bits : 1);
  if (!(values instanceof Int32Array) || answered !== vectors || outputs !== due || values.length !== wanted) {
    breach(
      macro,
      `${sizeOf(values)}, ${answered} vectors of ${outputs} outputs, where ${wanted}, ${vectors} and ${due} are due`,
      { array, wanted },
    );
  }
  const rails = adcRails(macro.spec);
  if (want === "codes") checkCodes(macro, array, values, rails, saturated);
  else checkSums(macro, inputs, values, rails, { outputs: due, saturated });
}

/** A plain loop: a run checks thousands of millions of codes, and a call for each would take longer than computing them. */
function checkCodes(macro: Answerer, array: number, codes: Int32Array, { low, high }: Rails, saturated: number): void {
  // An unsigned code of 0 is no rail: nothing is below it.
  const lowRail = low < 0 ? low : low - 1;
  let atRails = 0;
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index];
    if (code < high && code > lowRail) continue;
    if (code > high || code < low) breach(macro, `code ${code}, its ADC gives ${low} to ${high}`, { array, code });
    atRails++;
  }
  if (saturated !== atRails)
    breach(macro, `${saturated} saturated codes, where ${atRails} stand at a rail`, { array, saturated, atRails });
}

/** The sums themselves are all that is left of their codes: which of those saturated cannot be counted again. */
function checkSums(
  macro: Answerer,
  { array, vectors, bits }: InputBlock,
  sums: Int32Array,
  { low, high }: Rails,
  { outputs, saturated }: { outputs: number; saturated: number },
): void {
  const weight = 2 ** bits - 1;
  const [least, most] = [low * weight, high * weight];
  for (let index = 0; index < sums.length; index++) {
    const sum = sums[index];
    if (sum < least || sum > most)
      breach(macro, `sum ${sum}, codes of ${bits} planes add to ${least} to ${most}`, { array, sum });
  }
  const conversions = vectors * bits * outputs;
  if (!isCount(saturated, conversions))
    breach(macro, `${saturated} saturated codes of ${conversions}`, { array, saturated });
}

type Rails = ReturnType<typeof adcRails>;

/** Whether a value is a whole number from 0 to `most`. */
function isCount(value: number, most = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= most;
}

/** Drivers come from plain JavaScript, too. */
function objectOf<T extends object>(macro: Answerer, call: string, answer: T): T {
  if (typeof answer === "object" && answer !== null) return answer;
  return breach(macro, `${String(answer)} to ${call}`, { call });
}

function sizeOf(values: unknown): string {
  return ArrayBuffer.isView(values) && "length" in values
    ? `${String(values.length)} values of ${values.constructor.name}`
    : `a ${typeof values}`;
}

function breach({ identity }: Answerer, what: string, context: Record<string, unknown>): never {
  throw new NasError("NAS_MACRO_CONTRACT", `${nameOf(identity)} answered ${what}`, {
    hint: "its driver is at fault: run the suite of nas4cim/conformance on it",
    context,
  });
}
