import type { OptionTable } from "nas4cim/driver";
import { conditionRanges } from "nas4cim/device";

/** The simulator's options; by default NAS4CIM's macro, asked at once and at room temperature. */
export const simulatorOptions = {
  arrayRows: { kind: "integer", default: 128, min: 8, max: 1024, description: "Word lines of an array." },
  arrayColumns: { kind: "integer", default: 128, min: 2, max: 1024, description: "Bit lines of an array." },
  arrays: { kind: "integer", default: 16, min: 1, max: 4096, description: "Arrays of the macro." },
  cellBits: { kind: "integer", default: 3, min: 1, max: 7, description: "Bits of a cell: 2^cellBits levels." },
  inputBits: { kind: "integer", default: 8, min: 1, max: 8, description: "Most bits of an input, fed bit by bit." },
  adcBits: {
    kind: "integer",
    default: 8,
    min: 2,
    max: 16,
    description: 'Bits of a code; at most 15 with differential "host".',
  },
  differential: {
    kind: "string",
    default: "column-pair",
    oneOf: ["row-pair", "column-pair", "host"],
    description:
      "How a signed weight lies: on two word lines, on two bit lines, or on two whose codes the host subtracts.",
  },
  shiftAdd: { kind: "boolean", default: true, description: "Whether the macro adds up bit planes itself." },
  secondsSinceProgramming: {
    kind: "number",
    default: 0,
    ...conditionRanges.secondsSinceProgramming,
    description: "When every array is asked, after its programming.",
  },
  temperatureCelsius: {
    kind: "number",
    default: 25,
    ...conditionRanges.temperatureCelsius,
    description: "How warm the chip is since then.",
  },
} as const satisfies OptionTable;
