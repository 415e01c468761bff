import { expect } from "chai";
import { keyedUniform } from "../../../src/base/keyed-random.js";
import { isNasError } from "../../../src/base/errors.js";
import { GuardedMacro } from "../../../src/macro/guarded.js";
import { MemoryBoard, openChip } from "../../support/memory-board.js";
import { doWork } from "../../support/macro-work.js";

/** Unplugged so often in all; a hundred times as often by scripts/link-soak.mjs. */
const moments = 100 * Number(process.env.NAS4CIM_SOAK ?? 1);
const chip = { arrays: 2, arrayRows: 32, arrayColumns: 32 };

describe("a board that is unplugged", () => {
  it(`at ${moments} random moments comes back with the same codes, or ends with a clear error`, async function () {
    this.timeout(moments * 600);
    await using same = new GuardedMacro(await openChip(3, { chip }));
    const expected = await doWork(same, 2, 100, 4);
    const ends = { same: 0, error: 0 };
    let cuts = 0;
    for (let job = 0; cuts < moments; job++) {
      const board = await MemoryBoard.start({ chip, lineBytesPerSecond: 2_000_000 });
      let isDone = false;
      const unplugging = async () => {
        for (let count = 0; !isDone && count < 10; count++) {
          await new Promise((resolve) => setTimeout(resolve, 2 + 60 * keyedUniform("cut", job, count)));
          if (isDone) return;
          board.cut();
          cuts++;
        }
      };
      try {
        await using macro = new GuardedMacro(await board.open({ reconnectMs: 10_000 }));
        const cutting = unplugging();
        try {
          expect(await doWork(macro, 2, 100, 4)).to.deep.equal(expected);
          ends.same++;
        } finally {
          isDone = true;
          await cutting;
        }
      } catch (error) {
        // Where the board came back and its memory of the last write did not, nobody knows what was written.
        if (!isNasError(error, "NAS_WIRE_OUTCOME_UNKNOWN")) throw error;
        ends.error++;
      }
      await board.close();
    }
    // The board never restarted, so its memory was always there.
    expect(ends.error, JSON.stringify(ends)).to.equal(0);
  });
});
