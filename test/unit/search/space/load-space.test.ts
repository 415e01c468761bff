import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countNetworks } from "../../../../src/search/space/explore.js";
import { decodeGenotype } from "../../../../src/search/space/genotype-text.js";
import { loadSpace, parseSpace } from "../../../../src/search/space/load-space.js";
import { searchSpaces } from "../../../../src/search/space/presets.js";
import { toGraph } from "../../../../src/search/space/to-graph.js";
import { expectNasError } from "../../../support/expect-nas-error.js";

const small = {
  format: "nas4cim-search-space",
  version: 1,
  name: "two-stages",
  title: "A space of one's own",
  input: { height: 16, width: 16, channels: 1 },
  classes: 10,
  stem: { channels: 8, kernel: 3, stride: 1 },
  stages: [
    { channels: 8, stride: 1 },
    { channels: 16, stride: 2 },
  ],
  layersPerStage: 2,
  operations: { c: "standard-conv", b: "residual-block" },
  kernels: [1, 3],
  shortcut: "parameter-free",
};

const textWith = (change: object) => JSON.stringify({ ...small, ...change }, null, 2);

describe("a space from a file", () => {
  it("serves as those that come with nas4cim do", () => {
    const space = parseSpace(textWith({}), "my-space.json");
    expect(countNetworks(space)).to.equal(21n ** 2n);
    expect(toGraph(space, decodeGenotype(space, "[c3 b1][b3]")).nodes.at(-1)!.op).to.equal("fc");
  });

  it("says what every space that comes with nas4cim says", () => {
    for (const space of Object.values(searchSpaces)) {
      const file = JSON.stringify({ format: "nas4cim-search-space", version: 1, ...space });
      expect(parseSpace(file, "preset.json")).to.deep.equal(space);
    }
  });

  it("is read by its path, a name otherwise", () => {
    const folder = mkdtempSync(join(tmpdir(), "nas4cim-space-"));
    try {
      const path = join(folder, "my.json");
      writeFileSync(path, textWith({}));
      expect(loadSpace(path).name).to.equal("two-stages");
      expect(loadSpace("cifar-10-a")).to.equal(searchSpaces["cifar-10-a"]);
      expect(expectNasError("NAS_SEARCH_SPACE", () => loadSpace("cifar-10-c")).hint).to.include("cifar-10-a");
      const missing = join(folder, "none.json");
      expect(expectNasError("NAS_SEARCH_SPACE", () => loadSpace(missing)).message).to.include(missing);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const faults: [what: string, change: object, place: string][] = [
    ["an unknown key", { layerPerStage: 3 }, "layersPerStage"],
    ["an even kernel", { kernels: [3, 4] }, "kernels[1]"],
    ["an operation that is none", { operations: { c: "standard-cov" } }, "standard-conv"],
    ["a letter that is taken", { operations: { m: "standard-conv" } }, "operations"],
    ["a kernel twice", { kernels: [3, 3] }, "kernels"],
    ["an operation twice", { operations: { c: "standard-conv", d: "standard-conv" } }, "operations"],
    ["an image that is not square", { input: { height: 16, width: 8, channels: 1 } }, "input"],
    [
      "stages that become narrower under parameter-free shortcuts",
      {
        stages: [
          { channels: 16, stride: 1 },
          { channels: 8, stride: 2 },
        ],
      },
      "stages",
    ],
    ["a stage of no width", { stages: [{ channels: 0, stride: 1 }] }, "stages[0].channels"],
    ["another format", { format: "nas4cim-recipe" }, "format"],
  ];
  for (const [what, change, place] of faults) {
    it(`is refused for ${what}, with file, line and place`, () => {
      const error = expectNasError("NAS_SEARCH_SPACE", () => parseSpace(textWith(change), "my-space.json"));
      expect(error.message).to.match(/^my-space\.json:\d+:\d+: /);
      expect(`${error.message} ${error.hint}`).to.include(place);
    });
  }
});
