import { expect } from "chai";
import { randomStream } from "../../../../src/base/random-stream.js";
import { randomSearch, regularizedEvolution } from "../../../../src/search/queries/baselines.js";
import { bestAnswer, type QueryMethod, type QuerySpace } from "../../../../src/search/queries/query-space.js";
import { significanceSearch } from "../../../../src/search/queries/significance-search.js";

/** 4^6 networks; each layer's operator adds its place, and a pair of layers that agree adds a little. */
function space(asked: string[] = []): QuerySpace {
  return {
    shape: [4, 4, 4, 4, 4, 4],
    identityOf: (choice) => choice.join("-"),
    figureOf: (choice) => {
      asked.push(choice.join("-"));
      const sum = choice.reduce((total, operator, layer) => total + ((operator + layer) % 4), 0);
      return sum + (choice[0] === choice[1] ? 0.5 : 0);
    },
  };
}

const methods: Record<string, QueryMethod> = {
  random: randomSearch,
  evolution: regularizedEvolution({ population: 10, sample: 3 }),
  significance: significanceSearch(),
};

describe("search by questions", () => {
  for (const [name, method] of Object.entries(methods)) {
    it(`${name}: asks as often as its budget allows, the same for the same seed`, () => {
      const asked: string[] = [];
      const answers = method(space(asked), 40, randomStream(1));
      expect(answers).to.have.length(40);
      expect(asked).to.deep.equal(answers.map(({ choice }) => choice.join("-")));
      expect(method(space(), 40, randomStream(1))).to.deep.equal(answers);
      expect(method(space(), 40, randomStream(2))).to.not.deep.equal(answers);
    });
  }

  it("never asks a network twice once significances lead", () => {
    const answers = significanceSearch()(space(), 100, randomStream(3)).slice(10);
    expect(new Set(answers.map(({ choice }) => choice.join("-"))).size).to.equal(90);
  });

  it("ends where the space does", () => {
    const small: QuerySpace = { shape: [2, 2], identityOf: (choice) => choice.join("-"), figureOf: () => 1 };
    const answers = significanceSearch()(small, 100, randomStream(1));
    expect(new Set(answers.map(({ choice }) => choice.join("-"))).size).to.equal(4);
  });

  it("mutates one layer of a parent", () => {
    const answers = methods.evolution(space(), 60, randomStream(5));
    answers.slice(10).forEach(({ choice }, child) => {
      const population = answers.slice(child, child + 10);
      const distance = Math.min(
        ...population.map((parent) => parent.choice.filter((operator, layer) => operator !== choice[layer]).length),
      );
      expect(distance).to.be.at.most(1);
    });
  });

  it("finds better networks than random search does, and keeps the best and not the last", () => {
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const mean = (method: QueryMethod) =>
      seeds.reduce((sum, seed) => sum + bestAnswer(method(space(), 40, randomStream(seed))).figure, 0) / seeds.length;
    expect(mean(methods.significance)).to.be.greaterThan(mean(methods.random) + 1);
    expect(mean(methods.evolution)).to.be.greaterThan(mean(methods.random));
    const answers = [3, 9, 9, 1].map((figure, place) => ({ choice: [place], figure }));
    expect(bestAnswer(answers).choice).to.deep.equal([1]);
  });
});
