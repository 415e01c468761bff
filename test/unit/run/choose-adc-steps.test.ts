import { expect } from "chai";
import type { MacroSpec } from "../../../src/macro/macro.js";
import { encodeTile } from "../../../src/mapping/encode.js";
import { placeNetwork } from "../../../src/mapping/place-network.js";
import type { MatrixLayer, QuantizedNetwork } from "../../../src/network/quantized-network.js";
import { chooseAdcSteps } from "../../../src/run/choose-adc-steps.js";
import { openSimulated } from "../../support/open-simulated.js";
import { denseLayer } from "../../support/matrix-layer.js";
import { mulberry32 } from "../../support/sample-run-document.js";

const images = 60;
const random = mulberry32(6);
const rows = 40;

/** Weights of one sign, so that sums are as large as they can be: up to 40 × 7 levels. */
function layerOf(outputs: number, sign: () => number): MatrixLayer {
  const weights = Array.from({ length: outputs }, () =>
    Array.from({ length: rows }, () => sign() * Math.floor(random() * 8)),
  );
  return { ...denseLayer(weights), inShape: { height: 1, width: 1, channels: rows } };
}

/** Inputs of which each bit is on with this probability. */
function inputsOf(density: number): Uint8Array {
  return Uint8Array.from({ length: images * rows }, () =>
    [1, 2, 4, 8].reduce((sum, bit) => sum + (random() < density ? bit : 0), 0),
  );
}

/** The steps chosen on an ideal macro, with the squared errors of all of them worked out by hand. */
async function choose(
  layer: MatrixLayer,
  maps: Uint8Array,
  spec: Partial<MacroSpec>,
): Promise<{ chosen: number[]; errors: Map<number, number>[] }> {
  await using macro = openSimulated({ arrayColumns: 8, ...spec });
  const network: QuantizedNetwork = {
    name: "any",
    input: { height: 1, width: 1, channels: rows, bits: 4, step: 1 },
    nodes: [layer],
  };
  const placement = placeNetwork(network, macro.spec);
  for (const tile of placement.tiles) await macro.program(encodeTile(layer, tile, placement.spec));
  const chosen = await chooseAdcSteps(macro, network, placement, placement.tiles, new Map([["input", maps]]), images);
  const errors = placement.tiles.map(
    (tile) =>
      new Map(macro.spec.adcStepLevels.map((step) => [step, squaredError(layer, tile, maps, macro.spec, step)])),
  );
  return { chosen, errors };
}

/** Each line converted plane by plane, rounded half up and clipped; against the exact product. */
function squaredError(
  layer: MatrixLayer,
  tile: { rowBegin: number; rowEnd: number; outputBegin: number; outputEnd: number },
  maps: Uint8Array,
  spec: MacroSpec,
  step: number,
): number {
  const host = spec.differential === "host";
  const [low, high] = host ? [0, 2 ** spec.adcBits - 1] : [-(2 ** (spec.adcBits - 1)), 2 ** (spec.adcBits - 1) - 1];
  const lines = host
    ? [(weight: number) => Math.max(0, weight), (weight: number) => Math.max(0, -weight)]
    : [(weight: number) => weight];
  let error = 0;
  for (let image = 0; image < images; image++) {
    for (let output = tile.outputBegin; output < tile.outputEnd; output++) {
      for (const line of lines) {
        let exact = 0;
        let found = 0;
        for (let plane = 0; plane < 4; plane++) {
          let sum = 0;
          for (let row = tile.rowBegin; row < tile.rowEnd; row++)
            sum += ((maps[image * rows + row] >> plane) & 1) * line(layer.weights[output * rows + row]);
          exact += sum * 2 ** plane;
          found += Math.max(low, Math.min(high, Math.floor(sum / step + 0.5))) * step * 2 ** plane;
        }
        error += (found - exact) ** 2;
      }
    }
  }
  return error;
}

const bestOf = (errors: Map<number, number>) => [...errors].sort((a, b) => a[1] - b[1] || a[0] - b[0])[0][0];

describe("chooseAdcSteps", () => {
  const mixed = () => (random() < 0.5 ? -1 : 1);

  it("takes the finest step where nothing clips", async () => {
    const { chosen } = await choose(layerOf(4, mixed), inputsOf(0.2), {});
    expect(chosen).to.deep.equal([1]);
  });

  it("takes a coarser one where everything would clip", async () => {
    const { chosen, errors } = await choose(
      layerOf(4, () => 1),
      inputsOf(0.95),
      { adcBits: 5 },
    );
    expect(chosen).to.deep.equal(errors.map(bestOf));
    // Sums of about 133 levels, 15 codes above zero.
    expect(chosen[0]).to.be.greaterThan(4);
  });

  const seen = new Set<number>();
  after(() => expect(seen.size, "the cases below differ in what they choose").to.be.greaterThan(2));
  for (const differential of ["column-pair", "row-pair", "host"] as const) {
    for (const adcBits of [4, 6]) {
      it(`takes the step of the least squared error of all, for each tile (${differential}, ${adcBits}-bit ADC)`, async () => {
        const layer = layerOf(9, mixed);
        const { chosen, errors } = await choose(layer, inputsOf(0.4), { differential, adcBits });
        expect(chosen.length).to.be.greaterThan(1);
        expect(chosen).to.deep.equal(errors.map(bestOf));
        for (const step of chosen) seen.add(step);
      });
    }
  }

  it("chooses the same on a macro without shift-and-add, and on one that takes few vectors at once", async () => {
    const [layer, maps] = [layerOf(9, mixed), inputsOf(0.5)];
    const { chosen } = await choose(layer, maps, { adcBits: 5 });
    expect((await choose(layer, maps, { adcBits: 5, shiftAdd: false })).chosen).to.deep.equal(chosen);
    expect((await choose(layer, maps, { adcBits: 5, maxVectors: 7 })).chosen).to.deep.equal(chosen);
  });

  it("takes no step that the macros do not offer", async () => {
    const { chosen } = await choose(
      layerOf(4, () => 1),
      inputsOf(0.9),
      { adcBits: 4, adcStepLevels: [2, 64] },
    );
    expect([2, 64]).to.include(chosen[0]);
  });
});
