import { expect } from "chai";
import type { Macro, MacroSpec } from "../../../src/macro/macro.js";
import { encodeTile } from "../../../src/mapping/encode.js";
import { placeNetwork } from "../../../src/mapping/place-network.js";
import { quantize } from "../../../src/network/quantize.js";
import type { MatrixLayer } from "../../../src/network/quantized-network.js";
import { compareLayerCodes } from "../../../src/run/compare-codes.js";
import { CodeTally } from "../../../src/run/code-tally.js";
import { conversionsPerImage } from "../../../src/run/describe-hardware.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { openSimulated } from "../../support/open-simulated.js";
import { smallNetwork } from "../../support/small-network.js";

const network = quantize(smallNetwork(9));
const layer = network.nodes[1] as MatrixLayer;
const images = 40;
const activations = new Map([
  ["first", Uint8Array.from({ length: images * 384 }, (_, index) => (index * 73 + (index >> 5)) % 16)],
]);

/** Both macros programmed with the layer's tiles of round 0, and compared there and in `round`. */
async function compare(
  subject: Macro,
  reference: Macro,
  spec: MacroSpec = reference.spec,
  round = 0,
  signal?: AbortSignal,
) {
  const placement = placeNetwork({ ...network, nodes: [layer] }, spec);
  for (const macro of [subject, reference])
    for (const tile of placement.tiles.filter((each) => each.round === 0))
      await macro.program(encodeTile(layer, tile, spec));
  const tally = new CodeTally();
  const pair = { subject, reference };
  await compareLayerCodes(pair, placement, layer, round, activations, images, 0, tally, { signal });
  return { summary: tally.summary(), placement };
}

describe("compareLayerCodes", () => {
  it("finds two ideal macros equal, conversion by conversion", async () => {
    await using subject = openSimulated({ arrayRows: 20 });
    await using reference = openSimulated({ arrayRows: 20 });
    const { summary, placement } = await compare(subject, reference);
    expect(summary).to.include({ rmseLsb: 0, equalShare: 1, maxAbsErrorLsb: 0 });
    expect(summary.codes).to.equal(images * conversionsPerImage(placement, layer));
  });

  it("finds the subject's read noise, to the size that its character states", async () => {
    const sigma = 3;
    await using subject = openSimulated({}, { readNoiseSigmaLevels: sigma });
    await using reference = openSimulated();
    const { summary } = await compare(subject, reference);
    // The reference's codes are whole; the subject's noise is rounded to whole codes, which adds a twelfth.
    const expected = Math.sqrt(sigma ** 2 + 1 / 12);
    expect(summary.rmseLsb).to.be.closeTo(expected, (4 * expected) / Math.sqrt(2 * summary.codes));
    expect(summary.meanErrorLsb).to.be.closeTo(0, 0.05);
  });

  it("tells the subject from the reference: errors are subject minus reference", async () => {
    await using subject = openSimulated({}, { stuckHighShare: 1 });
    await using reference = openSimulated({}, { stuckLowShare: 1 });
    const { summary } = await compare(subject, reference);
    // All cells full or all empty: both give the differences of equal columns, 0.
    expect(summary.rmseLsb).to.equal(0);
    await using offset = openSimulated({}, { adcOffsetSigmaSteps: 30, chipSeed: 5 });
    const { summary: one } = await compare(offset, reference);
    const { summary: other } = await compare(reference, offset);
    expect(Math.abs(one.meanErrorLsb)).to.be.greaterThan(0.5);
    expect(other.meanErrorLsb).to.be.closeTo(-one.meanErrorLsb, 1e-9);
    expect(one.scatter.reference.every((code) => code === 0)).to.equal(true);
  });

  it("counts the same however few vectors a macro takes at once", async () => {
    await using subject = openSimulated({}, { readNoiseSigmaLevels: 2 });
    await using reference = openSimulated();
    const { summary } = await compare(subject, reference);
    const few = await compare(subject, reference, { ...reference.spec, maxVectors: 7 });
    expect(few.summary).to.deep.equal(summary);
  });

  it("compares a round's own tiles, and nothing where it has none", async () => {
    await using subject = openSimulated({ arrays: 2, arrayRows: 20 });
    await using reference = openSimulated({ arrays: 2, arrayRows: 20 });
    const { summary, placement } = await compare(subject, reference);
    expect(placement.rounds).to.equal(2);
    // Two of three tiles.
    expect(summary.codes).to.equal((images * conversionsPerImage(placement, layer) * 2) / 3);
    expect((await compare(subject, reference, reference.spec, 7)).summary.codes).to.equal(0);
  });

  it("stops where the signal has fired", async () => {
    await using subject = openSimulated();
    await using reference = openSimulated();
    await expectNasRejection("NAS_INTERRUPTED", compare(subject, reference, reference.spec, 0, AbortSignal.abort()));
  });
});
