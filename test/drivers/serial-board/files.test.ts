import { expect } from "chai";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Contents, isStillThere } from "../../../drivers/serial-board/contents.js";
import { Timeouts } from "../../../drivers/serial-board/timeouts.js";
import { WriteLedger } from "../../../drivers/serial-board/write-ledger.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { sampleCapabilities } from "../../support/sample-capabilities.js";

const folder = mkdtempSync(join(tmpdir(), "nas4cim-files-"));
after(() => rmSync(folder, { recursive: true, force: true }));

describe("WriteLedger", () => {
  const area = { array: 2, rows: 40, columns: 64 };
  const ledgers = join(folder, "ledgers");

  it("keeps pulses by array and region over the board's life", () => {
    const first = new WriteLedger(ledgers, "B/1");
    first.begin(area, 100);
    expect(first.mostWorn(2)).to.equal(100);
    first.end(area, 100, 8 * 40 * 64);
    const next = new WriteLedger(ledgers, "B/1");
    expect(next.mostWorn(2)).to.equal(8);
    next.begin({ ...area, rows: 10, columns: 10 }, 5);
    next.end(area, 5, undefined);
    const file = JSON.parse(readFileSync(join(ledgers, "B_1.json"), "utf8")) as {
      arrays: Record<string, { regions: Record<string, unknown> }>;
    };
    expect(file.arrays[2].regions["0,0"]).to.deep.equal({ programmings: 2, pulses: 13 });
    expect(file.arrays[2].regions["1,1"]).to.deep.equal({ programmings: 1, pulses: 8 });
  });

  it("has the write on disk before it begins, with the most that it may take", () => {
    new WriteLedger(ledgers, "B2").begin(area, 77);
    expect(new WriteLedger(ledgers, "B2").mostWorn(2)).to.equal(77);
  });

  it("refuses a file that is damaged or of another board, and a folder that is none", () => {
    writeFileSync(join(ledgers, "B3.json"), "{");
    writeFileSync(join(ledgers, "B4.json"), readFileSync(join(ledgers, "B2.json")));
    writeFileSync(join(folder, "file"), "");
    mkdirSync(join(ledgers, "B5.json"));
    for (const serial of ["B3", "B4", "B5"]) expectNasError("NAS_BOARD_LEDGER", () => new WriteLedger(ledgers, serial));
    expectNasError("NAS_BOARD_LEDGER", () => new WriteLedger(join(folder, "file"), "B").begin(area, 1));
  });
});

describe("Contents", () => {
  const image = { array: 1, rows: 2, columns: 50, levels: new Uint8Array(100).fill(3) };

  it("knows what this job programmed, until a write begins", () => {
    const contents = new Contents();
    contents.programmed(image, 7, 1);
    expect(contents.columnsOf(1)).to.equal(50);
    contents.lost(1);
    expect(contents.columnsOf(1)).to.equal(undefined);
  });

  it("takes as many wrong cells as write-verify left, and on silicon one in fifty more", () => {
    const held = { rows: 2, columns: 50, tile: 0, levels: image.levels, cellsOutOfTolerance: 1 };
    const wrong = (cells: number) => ({
      ...image,
      levels: image.levels.map((level, cell) => (cell < cells ? 0 : level)),
    });
    expect([1, 2].map((cells) => isStillThere(held, wrong(cells), false))).to.deep.equal([true, false]);
    expect([3, 4].map((cells) => isStillThere(held, wrong(cells), true))).to.deep.equal([true, false]);
    expect(isStillThere(held, { ...image, rows: 1 }, true)).to.equal(false);
  });
});

describe("Timeouts", () => {
  it("follow from the line and from what the board says of itself", () => {
    const timeouts = new Timeouts(100_000, 1, sampleCapabilities);
    expect(timeouts.of(1000)).to.equal(530);
    // 16,384 cells: three times 0.164 s on the line, three times 2.95 s of writing.
    expect(timeouts.program(16_384)).to.be.closeTo(492 + 8847 + 500, 1);
    expect(new Timeouts(100_000, 4, sampleCapabilities).of(1000)).to.equal(2120);
  });
});
