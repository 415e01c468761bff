import { expect } from "chai";
import type { ProgressEvent } from "../../../src/base/progress.js";
import type { MacroCondition } from "../../../src/macro/macro.js";
import { conditionNote, ConditionWatch } from "../../../src/run/watch-condition.js";
import { openSimulated } from "../../support/open-simulated.js";

const link = {
  bytesPerSecond: 300_000,
  bytesSent: 1000,
  bytesReceived: 500_000,
  framesSent: 1,
  framesReceived: 1,
  framesResent: 0,
  framesDamaged: 0,
  reconnects: 0,
};
const event: ProgressEvent = { label: "subject", done: 1, total: 2, unit: "images" };

describe("conditionNote", () => {
  it("says how full the line is, what was sent again, temperature and supply", () => {
    const before: MacroCondition = { link };
    const now: MacroCondition = {
      temperatureCelsius: 31.25,
      supplyVolts: 3.3,
      link: { ...link, bytesReceived: 1_040_000, framesResent: 4, reconnects: 1 },
    };
    expect(conditionNote(now, { atMs: 2000, condition: before })).to.equal(
      "link 90 %, 4 frames sent again, 1 times reconnected, 31.3 °C, 3.30 V",
    );
    expect(conditionNote({ link })).to.equal("");
  });
});

describe("ConditionWatch", () => {
  it("looks at a board and puts what it sees beside the progress", async () => {
    const seen: ProgressEvent[] = [];
    await using macro = openSimulated();
    let looks = 0;
    const board = Object.assign(macro, { condition: async () => ({ temperatureCelsius: 20 + looks++ }) });
    using watch = new ConditionWatch(board, { progress: (one) => seen.push(one) });
    watch.context.progress?.(event);
    while (looks === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => setImmediate(resolve));
    watch.context.progress?.(event);
    expect(seen).to.deep.equal([event, { ...event, note: "20.0 °C" }]);
  });

  it("leaves macros alone that tell nothing, and survives a board that fails", async () => {
    const seen: ProgressEvent[] = [];
    await using macro = openSimulated();
    using watch = new ConditionWatch(macro, { progress: (one) => seen.push(one) });
    watch.context.progress?.(event);
    expect(seen).to.deep.equal([event]);
  });
});
