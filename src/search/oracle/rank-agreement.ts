import { randomStream, below } from "../../base/random-stream.js";
import { kendallTau } from "../significance/kendall.js";

/** How well some figure ranks networks: Kendall's τ with their accuracy, and its 95 % bootstrap interval over the networks. */
export interface Agreement {
  name: string;
  networks: number;
  tau: number;
  interval95: [number, number];
}

/** Resamples of the networks. */
const resamples = 1000;

/**
 * Each predictor's τ with the accuracies, and the difference of each to the first on the same resamples: what makes it a
 * paired comparison.
 */
export function rankAgreement(
  accuracies: readonly number[],
  predictors: Readonly<Record<string, readonly number[]>>,
): { agreements: Agreement[]; firstBetterBy: { name: string; interval95: [number, number] }[] } {
  const draws = Array.from({ length: resamples }, (_, draw) => {
    const next = randomStream("rank agreement", draw);
    return accuracies.map(() => below(accuracies.length, next));
  });
  const names = Object.keys(predictors);
  const taus = new Map(
    names.map((name) => [
      name,
      draws.map((draw) =>
        kendallTau(
          draw.map((place) => predictors[name][place]),
          draw.map((place) => accuracies[place]),
        ),
      ),
    ]),
  );
  const agreements = names.map((name) => ({
    name,
    networks: accuracies.length,
    tau: kendallTau(predictors[name], accuracies),
    interval95: interval(taus.get(name)!),
  }));
  const [first, ...others] = names;
  const firstBetterBy = others.map((name) => ({
    name,
    interval95: interval(taus.get(first)!.map((tau, draw) => tau - taus.get(name)![draw])),
  }));
  return { agreements, firstBetterBy };
}

/** The middle 95 %; resamples without an order are left out. */
function interval(values: readonly number[]): [number, number] {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return [at(0.025), at(0.975)];
}
