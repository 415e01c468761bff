import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import simulator from "../../../drivers/simulator/index.js";
import { packageRoot } from "../../../src/base/paths.js";
import { Emulation, type EmulationSettings } from "../../../src/board/emulate.js";
import { PtyLine } from "../../../src/board/pty.js";
import { loadBenchConfig } from "../../../src/config/bench-config.js";
import { GuardedMacro } from "../../../src/macro/guarded.js";
import type { RunDocument } from "../../../src/record/run-document.js";
import { runBench } from "../../../src/run/run.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const calibration = join(packageRoot(), "calibration", "vc-0001", "2026-11-23");
const one = 0.01;

/** All that was measured: every figure of every layer and tile is made of the codes. */
function measured({ accuracy, difference, agreement, confusion, layers, tiles }: RunDocument): unknown {
  return { accuracy, difference, agreement, confusion, layers, tiles };
}

function openChip(seed: number) {
  const simulation = { seed, threads: 1 };
  return simulator.open({ name: "chip", options: {}, calibration, resolve: (path) => path, context: {}, simulation });
}

describe("nas4cim run on a board", function () {
  const newFolder = temporaryFolder();
  this.timeout(120_000);

  const runOn = async (data: string, settings: EmulationSettings, onSubject?: string[]) => {
    const facts = { planeNs: 0, writeCellNs: 0, readCellNs: 0, serial: `RT-${process.pid}` };
    const folder = newFolder();
    await using emulation = await Emulation.start(async (seed) => new GuardedMacro(await openChip(seed)), {
      facts,
      ...settings,
    });
    const board = { driver: "serial-board", options: { port: emulation.address, ledgerFolder: "boards" } };
    const config = {
      macros: { board, "virtual-chip": { driver: "simulator", calibration }, ideal: { driver: "simulator" } },
      data: { "fashion-mnist": data },
      defaults: {
        subject: "virtual-chip",
        reference: "ideal",
        network: join(packageRoot(), "fixtures", "networks", "fashion-mnist-edp-first"),
        images: 12,
      },
    };
    writeFileSync(join(folder, "bench.config.json"), JSON.stringify(config));
    const loaded = loadBenchConfig(join(folder, "bench.config.json"));
    const over = await runBench({ config: loaded, subject: "board", threads: 1, onSubject }, {});
    const inside = await runBench({ config: loaded, threads: 1, onSubject }, {});
    expect(measured(over.document)).to.deep.equal(measured(inside.document));
    expect(over.document.run.subject).to.include({ driver: "serial-board", kind: "virtual", chipId: "vc-0001" });
    return { counters: emulation.board.counters, document: over.document };
  };
  const tcp = { host: "127.0.0.1", port: 0 };
  /** Through the real binding of serialport, where this system has pseudo terminals. */
  const serialLine = async () => {
    try {
      (await PtyLine.open()).destroy();
      return { link: join(newFolder(), "tty") };
    } catch {
      return { tcp };
    }
  };

  itWithFashionMnist("gives exactly the codes of the same simulated chip in this process", async (data) => {
    await runOn(data, await serialLine());
  });

  itWithFashionMnist("puts chosen layers on the board, the rest on the reference, and says so", async (data) => {
    const { document } = await runOn(data, { tcp }, ["conv1"]);
    expect(document.run.contents?.onSubject).to.deep.equal(["conv1"]);
    for (const { id, codes } of document.layers) expect(codes.rmseLsb > 0, id).to.equal(id === "conv1");
  });

  itWithFashionMnist("gives them over a line with faults, a plug that is pulled and a restart, too", async (data) => {
    const { counters } = await runOn(data, {
      tcp,
      lineFaults: { drop: one, flip: one, duplicate: one, merge: one, split: one, delay: one },
      unplugEveryMs: 1500,
      faults: { resetAtRequest: 150 },
    });
    expect(counters.resentAfterNak + counters.resentAfterTimeout).to.be.above(0);
  });
});
