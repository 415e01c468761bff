import { expect } from "chai";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { GuardedMacro } from "../../../src/macro/guarded.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { MemoryBoard, openChip, type MemoryBoardOptions } from "../../support/memory-board.js";
import { doWork, workImage, workInputs } from "../../support/macro-work.js";

const calibration = join(packageRoot(), "calibration", "vc-0001", "2026-11-23");
const one = 0.01;
const allFaults = { drop: one, flip: one, duplicate: one, merge: one, split: one, delay: one };

/** Opens a board in memory, does something with it, closes it. */
async function withBoard<T>(options: MemoryBoardOptions, job: (board: MemoryBoard) => Promise<T>): Promise<T> {
  const board = await MemoryBoard.start(options);
  try {
    return await job(board);
  } finally {
    await board.close();
  }
}

async function workOnChip(...work: [arrays?: number, vectors?: number, batches?: number]): Promise<unknown[]> {
  await using chip = new GuardedMacro(await openChip(3, { calibration }));
  return await doWork(chip, ...work);
}

describe("a board on a wire", () => {
  it("gives exactly the codes of the same simulated chip in this process", async () => {
    await withBoard({ calibration }, async (board) => {
      await using macro = new GuardedMacro(await board.open());
      expect(await doWork(macro)).to.deep.equal(await workOnChip());
    });
  });

  it("gives them over a line with faults, too, and is never executed twice", async function () {
    this.timeout(60_000);
    const expected = await workOnChip(2, 200, 6);
    let resent = 0;
    // How many frames the work takes depends on the machine: other faults until some have struck.
    for (let faultSeed = 1; resent === 0; faultSeed++) {
      await withBoard({ calibration, lineFaults: allFaults, faultSeed }, async (board) => {
        await using macro = new GuardedMacro(await board.open());
        expect(await doWork(macro, 2, 200, 6)).to.deep.equal(expected);
        const { resentAfterNak, resentAfterTimeout } = board.board.counters;
        resent = resentAfterNak + resentAfterTimeout;
      });
    }
  });

  it("gives them where the line is cut again and again", async function () {
    this.timeout(30_000);
    const expected = await workOnChip(2, 200, 6);
    await withBoard({ calibration }, async (board) => {
      await using macro = new GuardedMacro(await board.open());
      const returns = () => board.logged.filter((line) => line === "the board is back").length;
      let isDone = false;
      const cuts = (async () => {
        for (let count = 0; !isDone; count++) {
          await new Promise((resolve) => setTimeout(resolve, 60 + ((count * 37) % 120)));
          board.cut();
        }
      })();
      try {
        // A fast machine is done between two cuts.
        while (returns() <= 2) expect(await doWork(macro, 2, 200, 6)).to.deep.equal(expected);
      } finally {
        isDone = true;
        await cuts;
      }
    });
  });

  it("goes on after a restart without writing anything again", async () => {
    await withBoard({ calibration, faults: { resetAtRequest: 11 } }, async (board) => {
      await using macro = new GuardedMacro(await board.open());
      expect(await doWork(macro)).to.deep.equal(await workOnChip());
      expect(board.logged).to.include("the board is back");
    });
  });

  it("is restored whole where the line is cut in the middle of restoring it", async () => {
    await withBoard({ calibration, faults: { resetAtRequest: 11 } }, async (board) => {
      let lines = 0;
      const openLine = async () => {
        const line = await board.openLine();
        let heard = 0;
        // The second line is the first after the restart: it breaks while the cells are read back.
        if (++lines === 2) line.on("data", (chunk: Uint8Array) => (heard += chunk.length) > 3000 && line.destroy());
        return line;
      };
      await using macro = new GuardedMacro(await board.open({}, 3, openLine));
      expect(await doWork(macro)).to.deep.equal(await workOnChip());
      expect(lines).to.equal(3);
    });
  });

  it("ends with the unknown outcome of a write where the supply fails in the middle of it", async () => {
    await withBoard({ calibration, faults: { brownOutAtProgram: 2 } }, async (board) => {
      await using macro = new GuardedMacro(await board.open());
      const [first, second] = [workImage(macro.spec, 0), workImage(macro.spec, 1)];
      await macro.program(first);
      await expectNasRejection("NAS_WIRE_OUTCOME_UNKNOWN", macro.program(second));
    });
  });

  it("tells keys of noise only to boards that key it", async () => {
    await withBoard({ calibration, facts: { lies: { keyedNoise: false } } }, async (board) => {
      await using macro = new GuardedMacro(await board.open());
      const image = workImage(macro.spec, 0);
      await macro.program(image, { keys: { tile: 77 } });
      const { values } = await macro.compute(workInputs(macro.spec, image, 5), { keys: { firstVector: 9 } });
      // Seed 0, tile 0, vector 0: as if nothing had been said.
      await using chip = new GuardedMacro(await openChip(0, { calibration }));
      await chip.program(image);
      expect(values).to.deep.equal((await chip.compute(workInputs(chip.spec, image, 5))).values);
    });
  });

  it("subtracts and adds bit planes on the host where the board does not, to the same codes", async () => {
    for (const chip of [{ differential: "host" }, { differential: "row-pair" }, { shiftAdd: false }]) {
      await withBoard({ chip }, async (board) => {
        await using macro = new GuardedMacro(await board.open());
        await using same = new GuardedMacro(await openChip(3, { chip }));
        const image = workImage(macro.spec, 0);
        const want = macro.spec.shiftAdd ? "sums" : "codes";
        const codes = async (one: GuardedMacro) => {
          await one.program(image);
          return (await one.compute(workInputs(one.spec, image, 7, 8, want))).values;
        };
        expect(await codes(macro)).to.deep.equal(await codes(same));
      });
    }
  });
});
