import { expect } from "chai";
import fc from "fast-check";
import {
  accuracyOf,
  agreementOf,
  cohenKappa,
  confusionMatrix,
  erfc,
  independentDifference,
  mcnemar,
  pairedDifference,
  pairedInterval,
  wilsonInterval,
} from "../../../src/record/statistics.js";

describe("statistics", () => {
  describe("wilsonInterval", () => {
    // statsmodels 0.15, proportion_confint(k, n, method="wilson"); 81/263, 15/148, 0/20 and 1/29 are the examples of
    // R. G. Newcombe, Statistics in Medicine 17 (1998) 857, table I.
    const examples: [number, number, number, number][] = [
      [81, 263, 0.2552885198782742, 0.3662095769828],
      [15, 148, 0.06238639953073628, 0.16048724172330803],
      [0, 20, 0, 0.1611251580528194],
      [1, 29, 0.006113214292762667, 0.17175521879320294],
      [29, 29, 0.8830302015002592, 1],
      [8912, 10_000, 0.8849460079581444, 0.8971535517166382],
    ];
    for (const [correct, n, low, high] of examples) {
      it(`matches statsmodels for ${correct} of ${n}`, () => {
        const interval = wilsonInterval(correct, n);
        expect(interval[0]).closeTo(low, 1e-12);
        expect(interval[1]).closeTo(high, 1e-12);
      });
    }

    it("holds the share, stays within 0 … 1 and mirrors right and wrong", () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
          const correct = Math.round(share * n);
          const [low, high] = wilsonInterval(correct, n);
          const mirrored = wilsonInterval(n - correct, n);
          expect(low).within(0, correct / n);
          expect(high).within(correct / n, 1);
          expect(1 - mirrored[1]).closeTo(low, 1e-12);
        }),
      );
    });

    it("knows nothing where nothing was counted", () => {
      expect(wilsonInterval(0, 0)).deep.equal([0, 1]);
      expect(accuracyOf(0, 0)).deep.equal({ correct: 0, fraction: 0, interval95: [0, 1] });
    });
  });

  describe("pairedInterval", () => {
    it("matches the published Tango interval of Fagerland, Lydersen & Laake (2014), table II: 1 and 7 of 21", () => {
      const [low, high] = pairedInterval(1, 7, 21);
      expect(low.toFixed(3)).equal("-0.517");
      expect(high.toFixed(3)).equal("-0.026");
    });

    // scipy: the constrained likelihood maximised numerically, the score equation solved by brentq.
    const examples: [number, number, number, number, number][] = [
      [1, 0, 44, -0.059393231202927846, 0.11807709698213714],
      [20, 12, 85, -0.03744439713000405, 0.22370117551072077],
      [60, 25, 10_000, 0.001733521087019121, 0.005415007497749676],
      [4, 0, 10, 0.011454075914349507, 0.6873262302663418],
      [10, 10, 50, -0.1777451200297661, 0.1777451200297661],
      [150, 90, 1000, 0.029877677350722855, 0.09038988376400661],
    ];
    for (const [b, c, n, low, high] of examples) {
      it(`matches the numerical solution for ${b} and ${c} of ${n}`, () => {
        const interval = pairedInterval(b, c, n);
        expect(interval[0]).closeTo(low, 2e-7);
        expect(interval[1]).closeTo(high, 2e-7);
      });
    }

    it("is ± z²/(n + z²) without a discordant image", () => {
      for (const n of [1, 100, 10_000]) {
        const half = 1.959963984540054 ** 2 / (n + 1.959963984540054 ** 2);
        const [low, high] = pairedInterval(0, 0, n);
        expect(high).closeTo(half, 1e-12);
        expect(low).closeTo(-half, 1e-12);
      }
    });

    it("holds the difference, stays within −1 … 1 and turns round with the sides", () => {
      const counts = fc.tuple(fc.nat(500), fc.nat(500), fc.nat(10_000)).filter(([b, c, rest]) => b + c + rest > 0);
      fc.assert(
        fc.property(counts, ([b, c, rest]) => {
          const n = b + c + rest;
          const [low, high] = pairedInterval(b, c, n);
          const turned = pairedInterval(c, b, n);
          expect(low).within(-1, (b - c) / n);
          expect(high).within((b - c) / n, 1);
          expect(-turned[1]).closeTo(low, 1e-12);
        }),
      );
    });

    it("excludes 0 exactly where the uncorrected McNemar statistic exceeds 1.96²", () => {
      for (let b = 0; b <= 60; b++) {
        for (let c = 0; c <= 60; c++) {
          const [low, high] = pairedInterval(b, c, 1000);
          const rejected = b + c > 0 && (b - c) ** 2 / (b + c) > 1.959963984540054 ** 2;
          expect(low > 0 || high < 0, `${b} and ${c}`).equal(rejected);
        }
      }
    });
  });

  describe("pairedDifference", () => {
    it("counts who alone is right", () => {
      const result = pairedDifference(Uint8Array.of(1, 1, 0, 0, 1), Uint8Array.of(1, 0, 1, 0, 0));
      expect(result).include({ subjectOnly: 2, referenceOnly: 1, mcnemarP: 1, mcnemarMethod: "exact" });
      expect(result.fraction).closeTo(0.2, 1e-15);
    });

    it("gives finite figures for no image and for equal answers", () => {
      expect(pairedDifference(new Uint8Array(0), new Uint8Array(0))).include({ fraction: 0, mcnemarP: 1 });
      const equal = pairedDifference(new Uint8Array(50).fill(1), new Uint8Array(50).fill(1));
      expect(equal).include({ fraction: 0, subjectOnly: 0, referenceOnly: 0, mcnemarP: 1 });
      expect(equal.interval95[1]).within(0.07, 0.072);
    });
  });

  describe("mcnemar", () => {
    // statsmodels 0.15, mcnemar(table, exact, correction=True).
    const examples: [number, number, "exact" | "chi-square", number][] = [
      [0, 0, "exact", 1],
      [1, 0, "exact", 1],
      [3, 9, "exact", 0.14599609375],
      [12, 12, "exact", 1],
      [10, 14, "exact", 0.5412561893463135],
      [10, 15, "chi-square", 0.4237107971667936],
      [13, 12, "chi-square", 1],
      [60, 25, "chi-square", 0.0002261855258713229],
      [150, 40, "chi-square", 2.6220639142583567e-15],
      [400, 100, "chi-square", 8.851095882059483e-41],
    ];
    for (const [b, c, method, p] of examples) {
      it(`matches statsmodels for ${b} and ${c}`, () => {
        const result = mcnemar(b, c);
        expect(result.method).equal(method);
        expect(result.p / p).closeTo(1, 1e-10);
      });
    }

    it("gives 1, not more, for equal counts by chi-square", () => {
      expect(mcnemar(40, 40).p).equal(1);
    });
  });

  it("erfc matches scipy over its two branches and far into the tail", () => {
    const examples: [number, number][] = [
      [0, 1],
      [0.1, 0.8875370839817152],
      [0.5, 0.4795001221869535],
      [1, 0.15729920705028516],
      [1.5, 0.03389485352468927],
      [1.999, 0.0046984433486294865],
      [2, 0.004677734981047266],
      [2.5, 0.00040695201744495886],
      [3, 2.2090496998585445e-5],
      [5, 1.5374597944280347e-12],
      [10, 2.0884875837625446e-45],
      [20, 5.395865611607901e-176],
    ];
    for (const [x, expected] of examples) expect(erfc(x) / expected, `erfc(${x})`).closeTo(1, 1e-12);
  });

  describe("independentDifference", () => {
    it("matches the published intervals of Newcombe (1998), table II, contrasts (a) and (f), and statsmodels", () => {
      const a = independentDifference(accuracyOf(48, 80), accuracyOf(56, 70));
      expect(a.fraction).closeTo(0.2, 1e-12);
      expect(a.interval95.map((limit) => limit.toFixed(4))).deep.equal(["0.0524", "0.3339"]);
      const f = independentDifference(accuracyOf(0, 10), accuracyOf(10, 10));
      expect(f.interval95.map((limit) => limit.toFixed(4))).deep.equal(["0.6075", "1.0000"]);
      const unequal = independentDifference(accuracyOf(890, 1000), accuracyOf(9000, 10_000));
      expect(unequal.interval95[0]).closeTo(-0.008909322762613189, 1e-10);
      expect(unequal.interval95[1]).closeTo(0.031675801264826844, 1e-10);
    });
  });

  describe("cohenKappa and confusionMatrix", () => {
    /** Two answer lists with the given joint counts. */
    function answers(counts: number[][]): [Uint8Array, Uint8Array] {
      const pairs = counts.flatMap((row, a) =>
        row.flatMap((count, b) => new Array<[number, number]>(count).fill([a, b])),
      );
      return [Uint8Array.from(pairs, ([a]) => a), Uint8Array.from(pairs, ([, b]) => b)];
    }

    it("matches statsmodels", () => {
      expect(cohenKappa(...answers([[20, 5], [10, 15]]), 2)).closeTo(0.4, 1e-14); // prettier-ignore
      expect(cohenKappa(...answers([[44, 5, 1], [7, 20, 3], [9, 5, 6]]), 3)).closeTo(0.49152542372881347, 1e-14); // prettier-ignore
    });

    it("is 1 for equal answers, all of one class included, and 0 where agreement is chance", () => {
      expect(cohenKappa(Uint8Array.of(0, 1, 2), Uint8Array.of(0, 1, 2), 3)).equal(1);
      expect(cohenKappa(Uint8Array.of(1, 1), Uint8Array.of(1, 1), 3)).equal(1);
      expect(cohenKappa(Uint8Array.of(0, 0, 1, 1), Uint8Array.of(0, 1, 0, 1), 2)).equal(0);
    });

    it("counts every pair once, true class by row", () => {
      const counts = [[44, 5, 1], [7, 20, 3], [9, 5, 6]]; // prettier-ignore
      expect(confusionMatrix(...answers(counts), 3)).deep.equal(counts);
    });

    it("agreementOf gives the share of equal answers with its interval", () => {
      const agreement = agreementOf(Uint8Array.of(0, 1, 1, 2), Uint8Array.of(0, 1, 2, 2), 3);
      expect(agreement.share).equal(0.75);
      expect(agreement.interval95).deep.equal(wilsonInterval(3, 4));
      expect(agreement.cohenKappa).closeTo((4 * 3 - 5) / (16 - 5), 1e-14);
    });
  });
});
