import { expect } from "chai";
import { join } from "node:path";
import { packageRoot } from "../../../../src/base/paths.js";
import { readNetwork } from "../../../../src/network/read-network.js";
import { searchSpace } from "../../../../src/search/space/presets.js";
import { cutTeacher } from "../../../../src/search/supernet/teacher-stages.js";
import { expectNasError } from "../../../support/expect-nas-error.js";
import { tinySpace, untrained } from "../../../support/tiny-search.js";

describe("cutting a teacher", () => {
  it("ends each stage at the last map of its shape that all the rest depends on", () => {
    const { description } = untrained(tinySpace, "[b3 b3][b3 c3]");
    const { stem, stages, head } = cutTeacher(description, tinySpace);
    expect(stem.map(({ id }) => id)).to.deep.equal(["stem"]);
    expect(stages.map((nodes) => nodes.at(-1)!.id)).to.deep.equal(["s1l2.sum", "s2l2.conv"]);
    expect(head.map(({ op }) => op)).to.deep.equal(["globalAveragePool", "fc"]);
    expect([...stem, ...stages.flat(), ...head]).to.deep.equal(description.nodes);
  });

  it("gives the stem to the first stage where the space has none: the shipped teacher of Fashion-MNIST", () => {
    const { description } = readNetwork(join(packageRoot(), "fixtures/networks/fashion-mnist-teacher"));
    const { stem, stages } = cutTeacher(description, searchSpace("fashion-mnist"));
    expect(stem).to.deep.equal([]);
    expect(stages.map((nodes) => nodes.filter(({ op }) => op === "conv").length)).to.deep.equal([7, 7, 7]);
    expect(stages[0][0].inputs).to.deep.equal(["input"]);
  });

  it("refuses a teacher whose images, classes or stages are others, and says what it has", () => {
    const wide = { ...tinySpace, stages: [tinySpace.stages[0], { channels: 16, stride: 2 }] };
    const { description } = untrained(tinySpace, "[b3][b3]");
    const refused = (space: typeof tinySpace) =>
      expectNasError("NAS_SEARCH_TEACHER", () => cutTeacher(description, space));
    const { message, hint } = refused(wide);
    expect(message).to.include("no stage 2 that gives 4×4×16");
    expect(hint).to.include("4×4×8");
    expect(refused({ ...tinySpace, classes: 10 }).message).to.include("10 classes");
    expect(refused({ ...tinySpace, input: { height: 16, width: 16, channels: 1 } }).message).to.include("8×8×1");
    expect(refused(searchSpace("cifar-10-a")).message).to.include("cifar-10-a");
  });
});
