/** What times depend on and a MacroSpec does not tell: a bench's converters, write pulses and link. */
export interface BenchFacts {
  /** One conversion, in ns. */
  adcConversionNs: number;
  /** Converters of one array; its columns take turns. */
  adcsPerArray: number;
  /** Whether the arrays that hold one layer convert at the same time, or one array after the other. */
  arraysTogether: boolean;
  /** One write pulse and the read that verifies it, in µs. */
  writePulseMicroseconds: number;
  pulsesPerCell: number;
  linkBytesPerSecond: number;
  /** Whether both directions carry at once. */
  linkDuplex: "full" | "half";
  /** Bytes of frames and checksums to each byte of payload. */
  framingShare: number;
  /** From the end of a request to the beginning of its answer, in ms; calls carry as many vectors as the macro takes. */
  roundTripMs: number;
  /** Images of the job: the macro is programmed once for all of them. */
  images: number;
}

/** Where each default comes from; they are assumptions until a bench is measured. */
export const assumedBench: Readonly<Record<keyof BenchFacts, { value: BenchFacts[keyof BenchFacts]; why: string }>> = {
  adcConversionNs: { value: 7.8125, why: "MNSIM 2.0's 8-bit converter: 10 cycles of 1.28 GHz" },
  adcsPerArray: { value: 1, why: "ISAAC's multiply-accumulate unit: 8 arrays, 8 converters" },
  arraysTogether: { value: false, why: "a macro answers one call after the other" },
  writePulseMicroseconds: { value: 21, why: "write-verify on the board itself, pulse and read" },
  pulsesPerCell: { value: 8.5, why: "of the size that NeuRRAM reports (Wan et al., Nature 2022)" },
  linkBytesPerSecond: { value: 92_160, why: "UART of 921,600 baud, 8N1: 10 bits a byte" },
  linkDuplex: { value: "full", why: "a UART carries both directions at once" },
  framingShare: { value: 0.02, why: "headers and checksums of frames of about 1 KiB" },
  roundTripMs: { value: 1, why: "USB full speed polls once a millisecond" },
  images: { value: 10_000, why: "a whole test set" },
};

/** A bench's facts, assumed where they are not given, and the names of those that are assumed. */
export function completeBench(known: Partial<BenchFacts>): { facts: BenchFacts; assumed: (keyof BenchFacts)[] } {
  const names = Object.keys(assumedBench) as (keyof BenchFacts)[];
  const assumed = names.filter((name) => known[name] === undefined);
  const defaults = Object.fromEntries(assumed.map((name) => [name, assumedBench[name].value]));
  return { facts: { ...known, ...defaults } as BenchFacts, assumed };
}
