import { expect } from "chai";
import { objectives, readObjective } from "../../../../src/search/significance/objective.js";
import { expectNasError } from "../../../support/expect-nas-error.js";

describe("an objective", () => {
  it("is one of the paper's three, or weights", () => {
    expect(readObjective("edp")).to.deep.equal(objectives.edp);
    expect(readObjective("w=0.6,0.4")).to.deep.equal({ task: 0.6, hardware: 0.4, chip: 0 });
    expect(readObjective("w=1,2,.5")).to.deep.equal({ task: 1, hardware: 2, chip: 0.5 });
  });

  it("gives the chip no voice unless it is asked for", () => {
    for (const { chip } of Object.values(objectives)) expect(chip).to.equal(0);
  });

  it("is refused with the text and what to write", () => {
    const refused: [text: string, says: string][] = [
      ["w=", "no weights"],
      ["w", "no weights"],
      ["w=1", "no weights"],
      ["w=1,2,3,4", "no weights"],
      ["w=1,-2", "a weight that is none"],
      ["w=1,x", "a weight that is none"],
      ["w=1,Infinity", "a weight that is none"],
      ["w=0,0,0", "weighs nothing"],
      ["acuracy", "unknown"],
    ];
    for (const [text, says] of refused) {
      const error = expectNasError("NAS_SEARCH_OBJECTIVE", () => readObjective(text));
      expect(error.message).to.include(`"${text}"`).and.include(says);
    }
    expect(expectNasError("NAS_SEARCH_OBJECTIVE", () => readObjective("balancd")).hint).to.include('"balanced"');
  });
});
