import { expect } from "chai";
import { cellIdentity, cellShape, cellSpace, edges, readAnalogTable } from "../../../support/analog-nasbench.js";

const cell = (text: string) => cellIdentity(text.split("-").map(Number));

describe("the cells of NAS-Bench-201", () => {
  it("are the same where they compute the same", () => {
    expect(cell("2-1-1-1-1-1")).to.equal("");
    // 0 → 1 → 3 by way of node 1 or of node 2.
    expect(cell("2-1-1-1-3-1")).to.equal(cell("1-2-1-1-1-3")).and.to.equal("3(2(x))");
    // A skipped edge puts the operator wherever it stands on the path.
    expect(cell("0-1-1-2-1-0")).to.equal(cell("2-1-1-1-0-1"));
    expect(cell("2-1-1-0-1-3")).to.equal(cell("2-1-1-1-3-1"));
    expect(cell("2-1-1-1-3-1")).to.not.equal(cell("3-1-1-1-2-1"));
  });

  it("are the same exactly where they give the same number, computed with operators on numbers", () => {
    // Three functions that no identity relates, and that keep sums apart.
    const functions = [(x: number) => x, () => 0, Math.sin, Math.exp, (x: number) => Math.sqrt(1 + x * x)];
    const byNumber = new Map<string, string>();
    const identities = new Set<string>();
    for (let number = 0; number < 15_625; number++) {
      const choice = cellShape.map((_, edge) => Math.floor(number / 5 ** edge) % 5);
      const values = [0.37, 0, 0, 0];
      const isReached = [true, false, false, false];
      edges.forEach(([from, to], edge) => {
        if (choice[edge] === 1 || !isReached[from]) return;
        isReached[to] = true;
        values[to] += functions[choice[edge]](values[from]);
      });
      const identity = cellIdentity(choice);
      identities.add(identity);
      const result = isReached[3] ? values[3].toPrecision(9) : "nothing";
      expect(byNumber.get(result) ?? identity, choice.join("-")).to.equal(identity);
      byNumber.set(result, identity);
    }
    expect(byNumber.size).to.equal(identities.size);
  });

  it("have the operators and edges that the table's figures show", function () {
    const table = readAnalogTable();
    if (table === undefined) return this.skip();
    expect(table.size).to.equal(15_625);
    // Where nothing reaches the output a network guesses.
    const { figureOf } = cellSpace(table, "baseline_accuracy");
    for (const text of table.keys()) {
      const choice = text.split("-").map(Number);
      if (cellIdentity(choice) === "") expect(figureOf(choice), text).to.equal(10);
    }
    const all = (operator: number) => figureOf([0, 1, 2, 3, 4, 5].map(() => operator));
    // 3×3 before 1×1 convolutions, and both before what has no weights.
    expect(all(2)).to.be.greaterThan(all(3));
    expect(all(3)).to.be.greaterThan(all(0)).and.greaterThan(all(4));
  });
});
