import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBoard } from "../../../drivers/serial-board/open-board.js";
import { readOptions } from "../../../drivers/serial-board/options.js";
import { captureText } from "../../../src/cli/text/capture-text.js";
import { GuardedMacro } from "../../../src/macro/guarded.js";
import { readCapture } from "../../../src/wire/capture.js";
import { dissect } from "../../../src/wire/dissect.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { MemoryBoard } from "../../support/memory-board.js";
import { doWork, workImage } from "../../support/macro-work.js";

const folder = mkdtempSync(join(tmpdir(), "nas4cim-capture-"));
after(() => rmSync(folder, { recursive: true, force: true }));

async function capturedWork(name: string, lineFaults = {}): Promise<{ path: string; seen: unknown[] }> {
  const path = join(folder, name);
  const board = await MemoryBoard.start({ lineFaults });
  try {
    await using macro = new GuardedMacro(await board.open({ capture: path }));
    return { path, seen: await doWork(macro) };
  } finally {
    await board.close();
  }
}

async function replay(path: string, options: Record<string, unknown> = {}): Promise<GuardedMacro> {
  const whole = { port: `capture:${path}`, ledgerFolder: folder, ...options };
  const simulation = { seed: 3, threads: 1 };
  const request = { name: "replay", options: whole, resolve: (to: string) => to, context: {}, simulation };
  return new GuardedMacro(await openBoard(request, readOptions("replay", whole)));
}

describe("a captured line", () => {
  it("played as a board gives the same reports and codes, with and without its timing", async () => {
    const { path, seen } = await capturedWork("good");
    for (const replayTiming of [false, true]) {
      await using macro = await replay(path, { replayTiming });
      expect(await doWork(macro)).to.deep.equal(seen);
    }
  });

  it("does so also where the line was bad: what was damaged or doubled is told once", async () => {
    const { path, seen } = await capturedWork("bad", { flip: 0.03, duplicate: 0.03, drop: 0.03 });
    await using macro = await replay(path);
    expect(await doWork(macro)).to.deep.equal(seen);
    const text = captureText(
      readCapture(readFileSync(path)).header,
      dissect(readCapture(readFileSync(path)).records),
      true,
    );
    expect(text)
      .to.match(/→ {2}program {2}slot \d+\.\d+/)
      .and.match(/← {2}multiply .* ok /);
    expect(text).to.match(/[1-9]\d* damaged/);
  });

  it("refuses what was not asked when it was captured", async () => {
    const { path } = await capturedWork("other");
    await using macro = await replay(path);
    await expectNasRejection("NAS_BOARD_FAILED", macro.program(workImage(macro.spec, 5)));
  });

  it("is read as far as it goes where it was cut short, and not at all where it is none", async () => {
    const { path } = await capturedWork("whole");
    const whole = readFileSync(path);
    const cut = readCapture(whole.subarray(0, whole.length - 10));
    expect(cut.records.length).to.be.within(1, readCapture(whole).records.length);
    writeFileSync(join(folder, "none"), "something else");
    await expectNasRejection("NAS_WIRE_CAPTURE", replay(join(folder, "none")));
    await expectNasRejection("NAS_WIRE_CAPTURE", replay(join(folder, "nowhere")));
    const noRecords = readCapture(whole).records.reduce((sum, { bytes }) => sum + bytes.length, 0);
    // A capture is hardly larger than what passed over the line.
    expect(statSync(path).size).to.be.below(1.02 * noRecords + 20 * readCapture(whole).records.length + 300);
  });
});
