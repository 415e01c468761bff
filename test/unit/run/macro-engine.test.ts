import { expect } from "chai";
import { setTimeout as sleep } from "node:timers/promises";
import type { InputBlock, Macro, SimulationKeys } from "../../../src/macro/macro.js";
import { encodeTile } from "../../../src/mapping/encode.js";
import { placeNetwork } from "../../../src/mapping/place-network.js";
import { tilesOf, type Placement } from "../../../src/mapping/placement.js";
import { matrixReference } from "../../../src/network/integer-network.js";
import { quantize } from "../../../src/network/quantize.js";
import type { MatrixLayer } from "../../../src/network/quantized-network.js";
import { computeTile, inputsOf, macroEngine } from "../../../src/run/macro-engine.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { openSimulated } from "../../support/open-simulated.js";
import { smallNetwork } from "../../support/small-network.js";
import { TinyMacro } from "../../support/tiny-macro.js";

const network = quantize(smallNetwork(4));
const layer = network.nodes[1] as MatrixLayer;
const images = 3;
const maps = Uint8Array.from({ length: images * 8 * 8 * 6 }, (_, index) => (index * 37 + 3) % 16);
const exact = [0, 1, 2].flatMap((image) => [...matrixReference(layer, maps.subarray(image * 384, (image + 1) * 384))]);

async function program(macro: Macro, placement: Placement, round: number): Promise<void> {
  for (const tile of tilesOf(placement, layer.id).filter((each) => each.round === round))
    await macro.program(encodeTile(layer, tile, placement.spec));
}

describe("macroEngine", () => {
  for (const shiftAdd of [true, false]) {
    it(`adds what each round's tiles hold until the sums are exact, ${shiftAdd ? "with" : "without"} shift-and-add`, async () => {
      await using macro = openSimulated({ arrays: 2, arrayRows: 24, adcBits: 12, shiftAdd });
      const placement = placeNetwork({ ...network, nodes: [layer] }, macro.spec);
      // 54 rows on arrays of 24: three tiles, two of them at once.
      expect(placement.rounds).to.equal(2);
      const engine = macroEngine(macro, placement, [1, 1, 1]);
      expect(engine.rounds).to.equal(2);
      const sums = new Int32Array(exact.length);
      const reached: string[] = [];
      for (const round of [0, 1]) {
        await program(macro, placement, round);
        reached.push((await engine.addProducts({ layer, round, maps, images, firstImage: 0, sums })).reached);
      }
      expect(reached).to.deep.equal(["partial", "complete"]);
      expect([...sums]).to.deep.equal(exact);
      const other = { ...layer, id: "elsewhere" };
      expect(await engine.addProducts({ layer: other, round: 0, maps, images, firstImage: 0, sums })).to.deep.equal({
        reached: "absent",
        saturated: 0,
      });
      expect([...sums], "an absent layer adds nothing").to.deep.equal(exact);
    });
  }

  it("turns codes back into levels by each tile's own ADC step, and counts what clips", async () => {
    await using macro = openSimulated({ arrayRows: 24, adcBits: 12 });
    const placement = placeNetwork({ ...network, nodes: [layer] }, macro.spec);
    await program(macro, placement, 0);
    const steps = [1, 4, 2];
    await macro.configure({ adcStepLevels: steps.map((levels, array) => ({ array, levels })) });
    const sums = new Int32Array(exact.length);
    const { saturated } = await macroEngine(macro, placement, steps).addProducts({
      layer,
      round: 0,
      maps,
      images,
      firstImage: 0,
      sums,
    });
    expect(saturated).to.equal(0);
    // Rounding loses at most half a step a bit plane and tile.
    const most = 15 * (4 / 2 + 2 / 2);
    sums.forEach((sum, index) => expect(sum).to.be.closeTo(exact[index], most));
    expect([...sums]).to.not.deep.equal(exact);
    await using narrow = openSimulated({ adcBits: 2 });
    const narrowPlacement = placeNetwork({ ...network, nodes: [layer] }, narrow.spec);
    await program(narrow, narrowPlacement, 0);
    const clipped = await macroEngine(narrow, narrowPlacement, [1]).addProducts({
      layer,
      round: 0,
      maps,
      images,
      firstImage: 0,
      sums,
    });
    expect(clipped.saturated).to.be.greaterThan(0);
  });

  it("passes a failure on only when every tile's call has ended", async () => {
    let underWay = 0;
    const macro = new TinyMacro(
      { arrays: 7 },
      {
        pause: async () => {
          underWay++;
          await sleep(5 * underWay);
          underWay--;
        },
        fail: ({ array }) => array === 0,
      },
    );
    const four: MatrixLayer = { ...layer, outputs: 4, outShape: { ...layer.outShape, channels: 4 } };
    const placement = placeNetwork({ ...network, nodes: [four] }, macro.spec);
    expect(placement.tiles.length).to.equal(7);
    for (const tile of placement.tiles) await macro.program(encodeTile(four, tile, placement.spec));
    const engine = macroEngine(macro, placement, new Array<number>(7).fill(1));
    const sums = new Int32Array(images * 16 * 4);
    await expectNasRejection(
      "NAS_MACRO_CONTRACT",
      engine.addProducts({ layer: four, round: 0, maps, images, firstImage: 0, sums }),
    );
    expect(underWay).to.equal(0);
  });
});

describe("computeTile", () => {
  it("keeps to the largest batch, and counts vectors through the whole run", async () => {
    const macro = new TinyMacro({ arrayRows: 64, arrayColumns: 64, maxVectors: 20 });
    const placement = placeNetwork({ ...network, nodes: [layer] }, macro.spec);
    const [tile] = placement.tiles;
    await macro.program(encodeTile(layer, tile, placement.spec));
    const asked: (InputBlock & SimulationKeys)[] = [];
    const compute = macro.compute.bind(macro);
    macro.compute = (block, call) => {
      asked.push({ ...block, ...call?.keys });
      return compute(block, call);
    };
    const data = inputsOf(layer, maps, images).of(tile);
    const firstVectors: number[] = [];
    for await (const { firstVector } of computeTile(macro, placement, layer, tile, data, 100, "codes"))
      firstVectors.push(firstVector);
    // Three images of 4 × 4 positions, from image 100 on.
    expect(firstVectors).to.deep.equal([0, 20, 40]);
    expect(asked.map(({ vectors, firstVector }) => [vectors, firstVector])).to.deep.equal([
      [20, 1600],
      [20, 1620],
      [8, 1640],
    ]);
    expect(asked.flatMap((block) => [...block.data])).to.deep.equal([...data]);
  });
});

describe("inputsOf", () => {
  it("unrolls once for all tiles that take the same rows", () => {
    const placement = placeNetwork(
      { ...network, nodes: [layer] },
      { ...new TinyMacro().spec, arrayRows: 30, arrayColumns: 8 },
    );
    const inputs = inputsOf(layer, maps, images);
    const [first, second, third, fourth] = placement.tiles;
    expect([first, second, third, fourth].map(({ rowBegin }) => rowBegin)).to.deep.equal([0, 0, 0, 27]);
    expect(inputs.of(second)).to.equal(inputs.of(first));
    expect(inputs.of(fourth)).to.not.equal(inputs.of(first));
    expect(inputs.of(fourth).length).to.equal(images * 16 * 27);
  });
});
