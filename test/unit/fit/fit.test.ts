import { expect } from "chai";
import fc from "fast-check";
import type { MacroSpec } from "../../../src/macro/macro.js";
import { assumedBench, type BenchFacts, completeBench } from "../../../src/fit/bench-facts.js";
import { adviseFit } from "../../../src/fit/fit-advice.js";
import { type Fit, fitNetwork } from "../../../src/fit/fit.js";
import { type LayerLoad, loadsOfNetwork } from "../../../src/fit/layer-load.js";
import { abilitiesOf } from "../../../src/fit/link-traffic.js";
import { networkFromGraph } from "../../../src/network/from-graph.js";
import type { GraphConv, GraphNode, LayerGraph } from "../../../src/network/layer-graph.js";
import { smallDescription } from "../../support/small-network.js";

const spec: MacroSpec = {
  contract: 2,
  arrayRows: 128,
  arrayColumns: 128,
  arrays: 16,
  cellBits: 3,
  inputBits: 8,
  adcBits: 8,
  differential: "column-pair",
  shiftAdd: true,
  adcStepLevels: [1],
  maxVectors: 1024,
};

const bench = completeBench({}).facts;

/** ResNet-20 for CIFAR-10 with 1×1 projections, written down here on its own. */
function resnet20(): LayerGraph {
  const nodes: GraphNode[] = [];
  const conv = (id: string, from: string, kernel: number, stride: number, outChannels: number): string => {
    const node: GraphConv = { id, op: "conv", inputs: [from], kernel, stride, padding: (kernel - 1) / 2, outChannels };
    nodes.push(node);
    return id;
  };
  let from = conv("stem", "input", 3, 1, 16);
  for (const [stage, width] of [16, 32, 64].entries()) {
    for (let block = 0; block < 3; block++) {
      const id = `${stage}.${block}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const last = conv(`${id}.b`, conv(`${id}.a`, from, 3, stride, width), 3, 1, width);
      const around = stride === 2 ? conv(`${id}.p`, from, 1, 2, width) : from;
      nodes.push({ id, op: "add", inputs: [last, around] });
      from = id;
    }
  }
  nodes.push({ id: "pool", op: "globalAveragePool", inputs: [from] });
  nodes.push({ id: "fc", op: "fc", inputs: ["pool"], outFeatures: 10 });
  return { name: "ResNet-20", input: { height: 32, width: 32, channels: 3 }, nodes };
}

const resnetLoads = (activations: number) =>
  loadsOfNetwork(networkFromGraph(resnet20(), { weights: 4, activations, image: 8 }));

/** KiB up and down of each rung. */
const kibibytes = ({ link }: Fit) => link.map(({ upBytes, downBytes }) => [upBytes / 1024, downBytes / 1024]);

/*
 * Figures for ResNet-20 that were worked out by hand for 128 × 128 arrays, 1-bit planes and 8-bit ADCs, before this code
 * was written: tiles, products of one bit plane and one array, KiB and images an hour over a UART of 921,600 baud.
 */
describe("ResNet-20 on arrays of 128×128", () => {
  it("takes 61 arrays in column pairs, 100 in row pairs, and 541,792 cells", () => {
    const fit = fitNetwork(resnetLoads(8), spec, bench);
    expect(fit.totals).to.include({ weights: 270_896, tiles: 61, arraysWanted: 61, cells: 541_792, arraysUsed: 16 });
    expect(fit.totals.reprogrammings).to.equal(61 - 16);
    expect(fit.totals.utilisation).to.be.closeTo(541_792 / (61 * 128 * 128), 1e-12);
    const rows = fitNetwork(resnetLoads(8), { ...spec, differential: "row-pair" }, bench);
    expect(rows.totals).to.include({ tiles: 100, cells: 541_792 });
  });

  const products: [differential: MacroSpec["differential"], activations: number, products: number][] = [
    ["column-pair", 8, 158_216],
    ["column-pair", 4, 83_204],
    ["column-pair", 3, 64_451],
    ["row-pair", 8, 241_160],
    ["row-pair", 4, 124_676],
  ];
  for (const [differential, activations, expected] of products) {
    it(`passes ${expected} bit planes through arrays an image (${differential}, ${activations} bits)`, () => {
      const { totals } = fitNetwork(resnetLoads(activations), { ...spec, differential }, bench);
      expect(totals.products).to.equal(expected);
    });
  }

  const ladders: [activations: number, down: number[], up: [patches: number, maps: number], perHour: number[]][] = [
    [8, [19_777, 7488, 3744, 1404, 1404, 588, 196], [1496, 207], [16, 42, 85, 212, 226, 540, 1534]],
    // The figure by hand for requantization counts the first layer's outputs with 8 bits, 8 KiB more than they have.
    [4, [10_400, 3872, 1936, 952, 952, 408, 106 - 8], [764, 105], [31, 82, 164, 334, 334, 779, 3024]],
  ];
  for (const [activations, down, [patches, maps], perHour] of ladders) {
    it(`moves the bytes that were worked out by hand (${activations} bits)`, () => {
      const fit = fitNetwork(resnetLoads(activations), spec, bench);
      const moved = kibibytes(fit);
      down.forEach((expected, rung) => expect(moved[rung][1], `rung ${rung}`).to.be.closeTo(expected, 0.6));
      for (const rung of [0, 1, 2, 3]) {
        // By hand row blocks were cut at 128; blocks of nearly equal height need a few bytes of padding more.
        expect(moved[rung][0]).to.be.closeTo(patches, patches * 0.006);
      }
      for (const rung of [4, 5, 6]) expect(moved[rung][0]).to.be.closeTo(maps, 0.5);
      expect(moved[7][0]).to.equal(3);
      perHour.forEach((expected, rung) =>
        expect(3600 / fit.link[rung].seconds, `rung ${rung}`).to.be.closeTo(expected, Math.max(0.6, expected * 0.005)),
      );
    });
  }

  it("is programmed in 97 s on the board, 2.9 s an array", () => {
    expect(fitNetwork(resnetLoads(8), spec, bench).time.programSeconds).to.be.closeTo(97, 0.5);
    const array: LayerLoad = { ...resnetLoads(8)[0], rows: 128, outputs: 64 };
    expect(fitNetwork([array], spec, bench).time.programSeconds).to.be.closeTo(2.9, 0.05);
  });

  it("takes 1.6 s of the converters at 10 µs a bit plane", () => {
    // As many converters as columns: one conversion a bit plane.
    const fit = fitNetwork(resnetLoads(8), spec, { ...bench, adcsPerArray: 128, adcConversionNs: 10_000 });
    expect(fit.time.adcSeconds).to.be.closeTo(1.58216, 1e-9);
  });
});

describe("fitNetwork", () => {
  const loads = loadsOfNetwork(smallDescription());

  it("takes a stored network's own bits", () => {
    expect(
      loads.map(({ id, inputBits, weightBits, outputBits }) => [id, inputBits, weightBits, outputBits]),
    ).to.deep.equal([
      ["first", 8, 4, 4],
      ["second", 4, 3, 5],
      ["classes", 6, 4, undefined],
    ]);
  });

  it("counts a small network as one does by hand", () => {
    const fit = fitNetwork(loads, { ...spec, arrayRows: 32 }, { ...bench, adcConversionNs: 1 });
    const [first, second, classes] = fit.layers;
    expect(first).to.include({
      rows: 18,
      outputs: 6,
      positions: 64,
      tiles: 1,
      cells: 18 * 12,
      conversions: 64 * 8 * 6,
    });
    // 54 rows need two blocks of 32.
    expect(second).to.include({ rows: 54, outputs: 9, positions: 16, tiles: 2, cells: 54 * 18 });
    expect(second.conversions).to.equal(2 * 16 * 4 * 9);
    expect(second.utilisation).to.be.closeTo((54 * 18) / (2 * 32 * 128), 1e-12);
    expect(classes).to.include({ cells: 9 * 20, conversions: 6 * 10 });
    expect(fit.totals.products).to.equal(64 * 8 + 2 * 16 * 4 + 6);
    expect(fit.time.adcSeconds * 1e9).to.be.closeTo(fit.totals.conversions, 1e-3);
    expect(fit.time.roundTripSeconds).to.be.closeTo((64 + 2 * 16 + 1) / spec.maxVectors / 1000, 1e-12);
  });

  it("halves what two row blocks take where arrays convert together, in the same round alone", () => {
    const tall = loads.slice(1, 2);
    const seconds = (arrays: number, arraysTogether: boolean) =>
      fitNetwork(tall, { ...spec, arrayRows: 32, arrays }, { ...bench, arraysTogether }).time.adcSeconds;
    expect(seconds(2, true)).to.be.closeTo(seconds(2, false) / 2, 1e-12);
    expect(seconds(1, true)).to.be.closeTo(seconds(1, false), 1e-12);
  });

  it("adds both directions of a half-duplex link", () => {
    const full = fitNetwork(loads, spec, bench).link;
    const half = fitNetwork(loads, spec, { ...bench, linkDuplex: "half" }).link;
    full.forEach(({ upBytes, downBytes, seconds }, rung) => {
      const both = (upBytes + downBytes) / Math.max(upBytes, downBytes);
      expect(half[rung].seconds / seconds).to.be.closeTo(both, 1e-9);
    });
  });

  it("marks what the macro does itself, also beside the ladder", () => {
    const own = (changed: Partial<MacroSpec>) =>
      fitNetwork(loads, { ...spec, ...changed }, bench).link.filter((rung) => rung.isThis);
    expect(own({}).map(({ ability }) => ability)).to.deep.equal(["planes"]);
    expect(own({ shiftAdd: false }).map(({ ability }) => ability)).to.deep.equal(["difference"]);
    expect(own({ shiftAdd: false, differential: "host" }).map(({ ability }) => ability)).to.deep.equal(["columns"]);
    const [beside] = own({ differential: "host" });
    expect(beside.ability).to.equal(undefined);
    expect(beside.downBytes).to.equal(2 * own({})[0].downBytes);
    expect(abilitiesOf({ ...spec, differential: "host" })).to.deep.equal(["columns", "planes"]);
  });

  it("makes a job of the slower of link and converters, and of programming once", () => {
    const facts = fc.record({
      adcConversionNs: fc.double({ min: 0.1, max: 1e5, noNaN: true }),
      linkBytesPerSecond: fc.double({ min: 1e3, max: 1e9, noNaN: true }),
      writePulseMicroseconds: fc.double({ min: 0.1, max: 1e6, noNaN: true }),
      images: fc.integer({ min: 1, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(facts, (known) => {
        const { time } = fitNetwork(loads, spec, completeBench(known).facts);
        const link = time.linkSeconds + time.roundTripSeconds;
        const waits = {
          programming: time.programSeconds,
          adc: known.images * time.adcSeconds,
          link: known.images * link,
        };
        expect(time.jobSeconds).to.be.closeTo(
          waits.programming + Math.max(waits.adc, waits.link),
          time.jobSeconds * 1e-9,
        );
        expect(waits[time.bound]).to.equal(Math.max(...Object.values(waits)));
        expect(time.imagesPerHour * time.jobSeconds).to.be.closeTo(3600 * known.images, known.images * 1e-6);
      }),
    );
  });

  it("never moves more bytes the more a board does", () => {
    // From 3 bits on: a sum of fewer planes takes as many bytes as their codes.
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 8 }), fc.integer({ min: 2, max: 8 }), (activations, weights) => {
        const { link } = fitNetwork(
          loadsOfNetwork(networkFromGraph(resnet20(), { weights, activations, image: 8 })),
          spec,
          bench,
        );
        link.slice(1).forEach(({ upBytes, downBytes }, index) => {
          expect(upBytes).to.be.at.most(link[index].upBytes);
          expect(downBytes).to.be.at.most(link[index].downBytes);
        });
      }),
    );
  });
});

describe("completeBench", () => {
  it("assumes what nobody gave, and says so", () => {
    const { facts, assumed } = completeBench({ adcsPerArray: 4, linkDuplex: undefined });
    expect(facts.adcsPerArray).to.equal(4);
    expect(facts.linkDuplex).to.equal("full");
    expect(assumed).to.have.members(Object.keys(assumedBench).filter((name) => name !== "adcsPerArray"));
    for (const value of Object.values(facts)) expect(value).to.not.equal(undefined);
  });
});

describe("adviseFit", () => {
  const adviceFor = (changedSpec: Partial<MacroSpec>, changedBench: Partial<BenchFacts>, weights = 4) => {
    const layers = loadsOfNetwork(networkFromGraph(resnet20(), { weights, activations: 4, image: 8 }));
    const [of, facts] = [
      { ...spec, ...changedSpec },
      { ...bench, ...changedBench },
    ];
    const fit = fitNetwork(layers, of, facts);
    return { fit, advice: adviseFit(layers, of, facts, fit) };
  };

  it("names the arrays that would hold all at once, and they do", () => {
    const { fit, advice } = adviceFor({}, {});
    expect(advice[0].change).to.equal("a macro of 61 arrays");
    expect(adviceFor({ arrays: fit.totals.arraysWanted }, {}).fit.totals.rounds).to.equal(1);
    expect(adviceFor({ arrays: fit.totals.arraysWanted - 1 }, {}).fit.totals.rounds).to.equal(2);
  });

  it("says nothing of rounds where there is one", () => {
    const { advice } = adviceFor({ arrays: 61 }, {});
    expect(advice.map(({ against }) => against)).to.not.include("rounds");
  });

  it("offers wider cells or narrower weights where a weight takes several cells", () => {
    const changes = adviceFor({}, {}, 8).advice.map(({ change }) => change);
    expect(changes).to.include("cells of 7 bits: one pair of cells a weight");
    expect(changes).to.include("weights of 4 bits: one pair of cells a weight");
    expect(
      adviceFor({}, {})
        .advice.map(({ change }) => change)
        .join(),
    ).to.not.include("one pair of cells");
  });

  const bounds: [what: Partial<BenchFacts>, bound: Fit["time"]["bound"], change: RegExp][] = [
    [{}, "link", /ten times the bytes/],
    [{}, "link", /adds the row blocks/],
    [{ linkBytesPerSecond: 1e9, roundTripMs: 0 }, "adc", /converters an array/],
    [{ linkBytesPerSecond: 1e9, roundTripMs: 0 }, "adc", /convert together/],
    [{ linkBytesPerSecond: 1e9, arraysTogether: true }, "link", /ten times the vectors/],
    [{ images: 1 }, "programming", /10 images a programming/],
  ];
  for (const [what, bound, change] of bounds) {
    it(`offers ${change.source} where the job waits for ${bound}`, () => {
      const { fit, advice } = adviceFor({ arrays: 61 }, what);
      expect(fit.time.bound).to.equal(bound);
      expect(
        advice
          .filter(({ against }) => against === bound)
          .map((each) => each.change)
          .join("; "),
      ).to.match(change);
    });
  }

  it("offers nothing that would not help", () => {
    const { advice } = adviceFor({ arrays: 61 }, { linkBytesPerSecond: 1e9, arraysTogether: true });
    const changes = advice.map(({ change }) => change).join();
    expect(changes).to.not.include("together").and.to.not.include("bytes per second");
  });
});
