import { expect } from "chai";
import { keyedNormal } from "../../../src/base/keyed-random.js";
import type { ChipCharacter } from "../../../src/device/virtual-chip.js";
import { NasError } from "../../../src/base/errors.js";
import type { CallOptions, InputBlock, Macro, MacroSpec } from "../../../src/macro/macro.js";
import { placeNetwork } from "../../../src/mapping/place-network.js";
import { quantize } from "../../../src/network/quantize.js";
import {
  darkConversions,
  type DarkRead,
  offsetsByTile,
  offsetsOf,
  readDark,
  residualSteps,
  type TileReading,
} from "../../../src/run/dark-read.js";
import { programRound } from "../../../src/run/program-round.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { openSimulated } from "../../support/open-simulated.js";
import { smallNetwork } from "../../support/small-network.js";

const network = quantize(smallNetwork(4));
const chipSeed = 3;

/** All readings of a chip that holds the small network, and how far each offset found is from the one that was drawn. */
async function readChip(chip: Partial<ChipCharacter>, spec: Partial<MacroSpec> = {}) {
  await using macro = openSimulated({ arrayColumns: 32, ...spec }, { chipSeed, ...chip });
  const placement = placeNetwork(network, macro.spec);
  expect(placement.rounds).to.equal(1);
  await programRound("test", macro, network, placement, 0, {});
  const read = await readDark(macro, placement, 0, {});
  if ("absent" in read) throw new Error(read.absent);
  const errors = read.tiles.flatMap((reading) => {
    const { array } = placement.tiles[reading.tile];
    return [...offsetsOf(reading)].map(
      (found, output) => found - (chip.adcOffsetSigmaSteps ?? 0) * keyedNormal("adc-offset", chipSeed, array, output),
    );
  });
  return { readings: read.tiles, errors };
}

const rms = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);

describe("readDark", () => {
  it("finds each ADC's offset within the residual that it states: noise carries the line over the edges", async () => {
    for (const readNoiseSigmaLevels of [0.5, 1.5]) {
      const { readings, errors } = await readChip({ adcOffsetSigmaSteps: 0.7, readNoiseSigmaLevels });
      const residual = residualSteps(readings);
      expect(residual).to.be.closeTo(Math.sqrt(readNoiseSigmaLevels ** 2 + 1 / 12) / Math.sqrt(darkConversions), 0.01);
      // Some 50 ADCs: their root mean square is known to a tenth.
      expect(rms(errors) / residual).to.be.within(0.6, 1.4);
      expect(readings.every(({ adcStepLevels, hidden }) => adcStepLevels === 1 && hidden.length === 0)).to.equal(true);
    }
  });

  it("states what rounding hides where there is no noise, and little noise", async () => {
    const quiet = await readChip({ adcOffsetSigmaSteps: 3 });
    expect(residualSteps(quiet.readings)).to.be.closeTo(1 / Math.sqrt(12), 1e-3);
    expect(rms(quiet.errors)).to.be.closeTo(1 / Math.sqrt(12), 0.08);
    expect(Math.max(...quiet.errors.map(Math.abs))).to.be.at.most(0.51);
    const little = await readChip({ adcOffsetSigmaSteps: 3, readNoiseSigmaLevels: 0.2 });
    expect(rms(little.errors) / residualSteps(little.readings)).to.be.within(0.5, 1.5);
  });

  it("reads with noise of its own: not that of the first vectors of the inference", async () => {
    const chip = { readNoiseSigmaLevels: 2 };
    await using macro = openSimulated({ arrayColumns: 32 }, { chipSeed, ...chip });
    const placement = placeNetwork(network, macro.spec);
    await programRound("test", macro, network, placement, 0, {});
    const read = (await readDark(macro, placement, 0, {})) as Extract<DarkRead, { tiles: TileReading[] }>;
    const [{ array, rows }] = placement.tiles;
    const block = { array, vectors: darkConversions, rows, bits: 1, want: "sums" as const };
    const data = new Uint8Array(darkConversions * rows);
    const { values, outputs } = await macro.compute({ ...block, data });
    const sums = Array.from({ length: outputs }, (_, output) =>
      values.reduce((sum, code, index) => (index % outputs === output ? sum + code : sum), 0),
    );
    expect(read.tiles[0].codeSums).to.not.deep.equal(sums);
  });

  it("takes a coarser step where the finest is refused, and blocks as small as the macro wants", async () => {
    const chip = { adcOffsetSigmaSteps: 1, readNoiseSigmaLevels: 0.5 };
    await using inner = openSimulated({ arrayColumns: 32, maxVectors: 100 }, { chipSeed, ...chip });
    const refusing: Macro = Object.create(inner, {
      configure: {
        value: async (...[settings, call]: Parameters<Macro["configure"]>) => {
          if (settings.adcStepLevels.some(({ levels }) => levels < 4))
            throw new NasError("NAS_MACRO_RANGE", "too fine", { hint: "for a test" });
          return inner.configure(settings, call);
        },
      },
      program: { value: (...call: Parameters<Macro["program"]>) => inner.program(...call) },
      compute: { value: (inputs: InputBlock, call: CallOptions) => inner.compute(inputs, call) },
      spec: { value: inner.spec },
      identity: { value: inner.identity },
    }) as Macro;
    const placement = placeNetwork(network, inner.spec);
    await programRound("test", refusing, network, placement, 0, {});
    const read = await readDark(refusing, placement, 0, {});
    if ("absent" in read) throw new Error(read.absent);
    expect(new Set(read.tiles.map(({ adcStepLevels }) => adcStepLevels))).to.deep.equal(new Set([4]));
  });

  it("leaves offsets alone that an unsigned ADC cannot show", async () => {
    const { readings } = await readChip(
      { adcOffsetSigmaSteps: 3, readNoiseSigmaLevels: 0.5 },
      { differential: "host" },
    );
    for (const reading of readings) {
      const offsets = [...offsetsOf(reading)];
      offsets.forEach((offset, output) => {
        const drawn = 3 * keyedNormal("adc-offset", chipSeed, reading.tile, output);
        if (drawn < 0) expect(offset).to.equal(0);
        if (drawn > 1.5) expect(offset).to.be.closeTo(drawn, 0.2);
      });
      const negative = offsets.filter((_, output) => keyedNormal("adc-offset", chipSeed, reading.tile, output) < 0);
      expect(reading.hidden.length).to.be.at.least(negative.length);
    }
  });

  it("says so where a recording holds no such readings, and passes on any other failure", async () => {
    const failing = (kind: "recording" | "virtual", code: "NAS_MACRO_REPLAY" | "NAS_MACRO_CONTRACT") =>
      ({
        spec: openSpec,
        identity: { driver: "test", kind, chipId: "c", description: "" },
        configure: async () => undefined,
        compute: async () => {
          throw new NasError(code, "no answer", { hint: "for a test" });
        },
      }) as unknown as Macro;
    const openSpec = { ...(await specOf()), arrays: 16 };
    const placement = placeNetwork(network, openSpec);
    const read = await readDark(failing("recording", "NAS_MACRO_REPLAY"), placement, 0, {});
    expect(read).to.deep.equal({ absent: "the recording holds no readings of an input of zero" });
    expect(offsetsByTile([read])).to.equal(undefined);
    for (const macro of [failing("virtual", "NAS_MACRO_REPLAY"), failing("recording", "NAS_MACRO_CONTRACT")])
      expect(
        (
          await expectNasRejection(
            macro.identity.kind === "virtual" ? "NAS_MACRO_REPLAY" : "NAS_MACRO_CONTRACT",
            readDark(macro, placement, 0, {}),
          )
        ).message,
      ).to.equal("no answer");
  });
});

async function specOf(): Promise<MacroSpec> {
  await using macro = openSimulated({ arrayColumns: 32 });
  return macro.spec;
}
