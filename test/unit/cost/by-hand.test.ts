import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { costDocument, type CostDocument } from "../../../src/cost/cost-document.js";
import { isaacUnit } from "../../../src/cost/hardware.js";
import { toCostLayers } from "../../../src/cost/cost-layer.js";
import { knownGraphs } from "../../../src/network/known-graphs.js";
import {
  costByHand,
  type HandCost,
  type HandLayer,
  type HandSetting,
  numbersOnPage,
} from "../../support/cost-by-hand.js";

const page = readFileSync(join(packageRoot(), "docs/cost-model.md"), "utf8");
const tool: HandSetting = { bits: 9, adcsPerArray: 1, sequential: false, physical: false };

/** ResNet-20 in the page's symbols. */
function resnet20(): HandLayer[] {
  const graph = knownGraphs.resnet20();
  return toCostLayers(graph, { activationBits: 9, weightBits: 9 }).map((layer, place): HandLayer => {
    const { id, op, kernel: k, stride: s, padding: p } = layer;
    return {
      id,
      op,
      inputs: graph.nodes[place].inputs,
      from: [layer.inHeight, layer.inWidth, layer.inChannels],
      to: [layer.outHeight, layer.outWidth, layer.outChannels],
      k,
      s,
      p,
    };
  });
}

function modelled({ bits, adcsPerArray, sequential, physical }: HandSetting): CostDocument {
  return costDocument({
    graph: knownGraphs.resnet20(),
    hardware: { ...isaacUnit, adcsPerArray },
    profile: physical ? "physical" : "mnsim-2.0",
    schedule: sequential ? "sequential" : "pipelined",
    precision: { activationBits: bits, weightBits: bits },
  });
}

describe("a layer's cost by hand", () => {
  const settings: HandSetting[] = [
    tool,
    { ...tool, physical: true },
    { ...tool, bits: 5, adcsPerArray: 8, sequential: true },
    { ...tool, bits: 5, adcsPerArray: 8, sequential: true, physical: true },
  ];
  for (const setting of settings) {
    it(`from docs/cost-model.md alone is the model's: ${JSON.stringify(setting)}`, () => {
      const byHand = costByHand(resnet20(), numbersOnPage(page), setting);
      const document = modelled(setting);
      expect(byHand.size).to.equal(20);
      for (const [id, hand] of byHand) {
        const layer = document.layers.find((each) => each.id === id)!;
        const { mapping } = layer;
        expect([mapping.rows, mapping.columns, mapping.pes, mapping.tiles]).to.deep.equal([
          hand.rows,
          hand.columns,
          hand.pes,
          hand.tiles,
        ]);
        expectClose(hand.busyNs, layer.busyNs, `${id} busyNs`);
        expectClose(hand.mm2, layer.areaMm2, `${id} areaMm2`);
        for (const [part, nj] of Object.entries(hand.nj))
          expectClose(nj, (layer.parts as Record<string, { energyNj: number }>)[part]?.energyNj ?? 0, `${id} ${part}`);
        expectClose(
          Object.values(hand.nj).reduce((sum, nj) => sum + nj, 0),
          layer.energyNj,
          `${id} energyNj`,
        );
      }
    });
  }

  it("stands in the page for three layers as the page's formulas give it", () => {
    const rows = ["s2b1.conv1", "s3b1.conv2", "fc"].flatMap((id) =>
      [false, true].map((physical) =>
        rowOf(id, physical, costByHand(resnet20(), numbersOnPage(page), { ...tool, physical }).get(id)!),
      ),
    );
    const section = page.split("### Three layers of ResNet-20")[1].split("\n## ")[0];
    const printed = section.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
    const onPage = printed.filter(([, first]) => first?.startsWith("`")).map((cells) => cells.slice(1, -1));
    expect(onPage, rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n")).to.deep.equal(rows);
  });
});

function rowOf(id: string, physical: boolean, { rows, columns, pes, tiles, conversions, busyNs, nj, mm2 }: HandCost) {
  const rest = Object.entries(nj).filter(([part]) => !["adc", "dac", "bufferRead", "bufferWrite"].includes(part));
  const energies = [nj.adc, nj.dac, nj.bufferRead + nj.bufferWrite, rest.reduce((sum, [, value]) => sum + value, 0)];
  return [
    `\`${id}\``,
    physical ? "physical" : "mnsim-2.0",
    ...[rows, columns, pes, tiles, conversions].map(String),
    (busyNs / 1000).toFixed(2),
    ...energies.map((value) => value.toPrecision(5)),
    mm2.toFixed(3),
  ];
}

function expectClose(actual: number, expected: number, what: string): void {
  if (expected === 0) expect(actual, what).to.equal(0);
  else expect(actual / expected, what).to.be.closeTo(1, 1e-8);
}
