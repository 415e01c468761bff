import { expect } from "chai";
import { relaxation, spreadDecades } from "../../../../src/device/effects/relaxation.js";

const chip = { relaxationSigmaLevels: [0.1, 0.2], relaxationMeanLevels: [0, -0.03] };
const roomTemperature = 25;

function after(secondsSinceProgramming: number, z: number, target = 1, temperatureCelsius = roomTemperature): number {
  const cell = { target, highestLevel: 1, draw: () => z };
  return relaxation.apply(target, cell, chip, { secondsSinceProgramming, temperatureCelsius });
}

describe("relaxation", () => {
  it("has nothing to do at once", () => {
    expect(after(0, 3)).to.equal(1);
  });

  it("spreads with the root of the decades since a millisecond, and drifts with the decades", () => {
    // 9.999 s are 4 decades after 1 ms: 1 − 4 × 0.03 + 2 × 0.2 z.
    expect(after(9.999, 0)).to.be.closeTo(0.88, 1e-12);
    expect(after(9.999, 1)).to.be.closeTo(1.28, 1e-12);
    expect(after(0.009, 1)).to.be.closeTo(1 - 0.03 + 0.2, 1e-12);
    expect(after(9.999, -9)).to.equal(0);
    expect(after(9.999, 1, 0)).to.be.closeTo(0.2, 1e-12);
  });

  it("counts time for more at a higher temperature, by Arrhenius", () => {
    const hot = { ...chip, relaxationActivationEnergyEv: 1 };
    const decades = (temperatureCelsius: number) =>
      spreadDecades({ secondsSinceProgramming: 1000, temperatureCelsius }, hot);
    expect(decades(roomTemperature)).to.be.closeTo(6, 1e-6);
    // 1 eV / k × (1/298.15 K − 1/373.15 K) / ln 10 = 3.397 decades.
    expect(decades(100)).to.be.closeTo(9.397, 1e-3);
    expect(spreadDecades({ secondsSinceProgramming: 1000, temperatureCelsius: 100 }, chip)).to.be.closeTo(6, 1e-6);
    const mean = relaxation.apply(1, { target: 1, highestLevel: 1, draw: () => 0 }, hot, {
      secondsSinceProgramming: 9.999,
      temperatureCelsius: 200,
    });
    expect(mean, "the mean drifts as at 25 °C").to.be.closeTo(0.88, 1e-12);
  });

  it("is drawn anew for each writing", () => {
    const writing = { chipSeed: 1, seed: 2, array: 3, tile: 4 };
    const draw = (change: Partial<typeof writing> = {}) => relaxation.draw({ ...writing, ...change }, 5, 6);
    expect(draw({ array: 9 })).to.equal(draw());
    for (const change of [{ chipSeed: 9 }, { seed: 9 }, { tile: 9 }]) expect(draw(change)).to.not.equal(draw());
  });
});
