import { expect } from "chai";
import { checkOnSubject, subjectWith } from "../../../src/run/on-subject.js";
import type { Placement } from "../../../src/mapping/placement.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { workImage, workInputs } from "../../support/macro-work.js";
import { openSimulated } from "../../support/open-simulated.js";

const placement = {
  tiles: [
    { tile: 0, layer: "conv1" },
    { tile: 1, layer: "conv2" },
    { tile: 2, layer: "fc" },
  ],
} as Placement;
const noisy = { readNoiseSigmaLevels: 2 };

describe("a run with chosen layers on its subject", () => {
  it("programs and asks the subject for their tiles alone, the reference for all others", async () => {
    await using subject = openSimulated({}, noisy);
    await using reference = openSimulated();
    const hybrid = subjectWith(["conv1", "fc"], subject, reference, placement);
    const codes = async (macro: typeof hybrid, tile: number) => {
      const image = workImage(macro.spec, tile, 16, 16);
      await macro.program(image, { keys: { tile } });
      return (await macro.compute(workInputs(macro.spec, image, 8), { keys: { firstVector: 3 } })).values;
    };
    for (const [tile, who] of [
      [0, subject],
      [1, reference],
      [2, subject],
    ] as const)
      expect(await codes(hybrid, tile), `tile ${tile}`).to.deep.equal(await codes(who, tile));
    expect(await codes(subject, 1)).to.not.deep.equal(await codes(reference, 1));
  });

  it("is the subject itself where none are chosen", async () => {
    await using subject = openSimulated();
    expect(subjectWith(undefined, subject, subject, placement)).to.equal(subject);
  });

  it("refuses layers that the network has not, with the nearest name", () => {
    checkOnSubject(["fc"], ["conv1", "fc"]);
    expect(expectNasError("NAS_CLI_USAGE", () => checkOnSubject(["conv11"], ["conv1", "fc"])).hint).to.include("conv1");
  });
});
