import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { chipSignificance, readChipLosses } from "../../../../src/search/significance/chip-losses.js";
import { expectNasError } from "../../../support/expect-nas-error.js";
import { temporaryFolder } from "../../../support/temporary-folder.js";

describe("losses on a chip", () => {
  const folder = temporaryFolder();
  const read = (lossPoints: unknown) => {
    const path = join(folder(), "losses.json");
    writeFileSync(path, JSON.stringify({ format: "nas4cim-chip-losses", version: 1, source: "made up", lossPoints }));
    return readChipLosses(path, 2, ["-", "c3", "b3"]);
  };

  it("become significances: a point less counts e times as much", () => {
    const [[none, conv, block]] = chipSignificance([[0, 1, 3]]);
    expect(none / conv).to.be.closeTo(Math.E, 1e-12);
    expect(conv / block).to.be.closeTo(Math.E ** 2, 1e-12);
    expect(none + conv + block).to.be.closeTo(1, 1e-12);
  });

  it("are read by the operators' words, with nothing lost where nothing stands", () => {
    expect(
      read([
        { c3: 1, b3: 3 },
        { "-": 2, c3: 2, b3: 2 },
      ]),
    ).to.deep.equal(
      chipSignificance([
        [0, 1, 3],
        [2, 2, 2],
      ]),
    );
  });

  const faults: [what: string, lossPoints: unknown, says: string][] = [
    ["too few layers", [{ c3: 1, b3: 1 }], "1 layers, the search space 2"],
    ["an operator too few", [{ c3: 1 }, { c3: 1, b3: 1 }], 'lacks "b3"'],
    [
      "an operator too many",
      [
        { c3: 1, b3: 1, c5: 1 },
        { c3: 1, b3: 1 },
      ],
      '"c5" is no operator',
    ],
    [
      "a loss that is none",
      [
        { c3: "much", b3: 1 },
        { c3: 1, b3: 1 },
      ],
      "c3",
    ],
  ];
  for (const [what, lossPoints, says] of faults) {
    it(`are refused for ${what}`, () => {
      expect(expectNasError("NAS_SEARCH_SETTINGS", () => read(lossPoints)).message).to.include(says);
    });
  }
});
