import { expect } from "chai";
import { encodeTile } from "../../../src/mapping/encode.js";
import { placeNetwork } from "../../../src/mapping/place-network.js";
import { quantize } from "../../../src/network/quantize.js";
import type { MatrixLayer } from "../../../src/network/quantized-network.js";
import { programRound } from "../../../src/run/program-round.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { openSimulated } from "../../support/open-simulated.js";
import { smallNetwork } from "../../support/small-network.js";

const network = quantize(smallNetwork());

describe("programRound", () => {
  it("programs the round's tiles and no others, and reports each in order", async () => {
    await using macro = openSimulated({ arrays: 2, arrayRows: 32 }, { stuckHighShare: 0.1 });
    const placement = placeNetwork(network, macro.spec);
    const events: string[] = [];
    const reports = await programRound("subject", macro, network, placement, 1, {
      progress: ({ label, done, total, unit }) => events.push(`${label} ${done}/${total} ${unit}`),
    });
    expect(reports.map(({ tile }) => tile)).to.deep.equal([1, 2]);
    const layer = network.nodes.find(({ id }) => id === "second") as MatrixLayer;
    for (const { tile, report } of reports) {
      const place = placement.tiles[tile];
      const { levels } = encodeTile(layer, place, macro.spec);
      expect(report.cells).to.equal(place.rows * place.columns);
      // Full cells may be stuck without missing their target.
      const read = (await macro.readback(place.array)).levels;
      const missed = read.filter((level, cell) => level !== levels[cell]).length;
      expect(report.cellsOutOfTolerance).to.equal(missed).and.to.be.greaterThan(0);
    }
    expect(events).to.deep.equal(["programming subject 1/2 tiles", "programming subject 2/2 tiles"]);
  });

  it("stops between tiles where the signal fires", async () => {
    await using macro = openSimulated({ arrayRows: 32 });
    const placement = placeNetwork(network, macro.spec);
    const controller = new AbortController();
    let done = 0;
    const job = programRound("reference", macro, network, placement, 0, {
      signal: controller.signal,
      progress: (event) => {
        ({ done } = event);
        if (done === 2) controller.abort();
      },
    });
    await expectNasRejection("NAS_INTERRUPTED", job);
    expect(done).to.equal(2);
    await expectNasRejection("NAS_MACRO_CONTRACT", macro.readback(2));
  });
});
