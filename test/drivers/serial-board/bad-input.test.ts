import { expect } from "chai";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { checkCalibration } from "../../../drivers/serial-board/check-calibration.js";
import { openBoard } from "../../../drivers/serial-board/open-board.js";
import { readOptions } from "../../../drivers/serial-board/options.js";
import { packageRoot } from "../../../src/base/paths.js";
import { GuardedMacro } from "../../../src/macro/guarded.js";
import { expectNasError, expectNasRejection } from "../../support/expect-nas-error.js";
import { MemoryBoard, type MemoryBoardOptions } from "../../support/memory-board.js";
import { sampleCapabilities } from "../../support/sample-capabilities.js";
import { workImage, workInputs } from "../../support/macro-work.js";

async function openingFails(code: Parameters<typeof expectNasRejection>[0], options: MemoryBoardOptions, driver = {}) {
  const board = await MemoryBoard.start(options);
  try {
    return await expectNasRejection(code, board.open({ helloMs: 500, ...driver }));
  } finally {
    await board.close();
  }
}

/** A device that is no board: says something, or nothing. */
function openStranger(says?: string) {
  const stranger = async () =>
    new Duplex({
      read: () => undefined,
      write(_chunk, _encoding, done) {
        if (says !== undefined) this.push(says);
        done();
      },
    });
  const options = { port: `stranger-${says ?? "silent"}`, helloMs: 300 };
  return openBoard(
    { name: "test", options, resolve: (path) => path, context: {}, simulation: { seed: 1, threads: 1 } },
    readOptions("test", options),
    stranger,
  );
}

describe("the driver of boards refuses", () => {
  it("a macro that names no port, and misspelt options", () => {
    expectNasError("NAS_MACRO_DRIVER_OPTIONS", () => readOptions("test", {}));
    const error = expectNasError("NAS_MACRO_DRIVER_OPTIONS", () => readOptions("test", { port: "x", baudrate: 9600 }));
    expect(error.hint).to.include("baudRate");
  });

  it("a device that says nothing, and one that says something else", async () => {
    expect((await expectNasRejection("NAS_BOARD_SILENT", openStranger())).message).to.include("nothing answered");
    const error = await expectNasRejection("NAS_BOARD_SILENT", openStranger("ok> \r\n\0AT?\0"));
    expect(error.hint).to.include("wrong baud rate");
  });

  it("firmware that is too old or too new", async () => {
    expect((await openingFails("NAS_WIRE_VERSION", { versions: [2, 3] })).hint).to.include("update nas4cim");
    expect((await openingFails("NAS_WIRE_VERSION", { versions: [0, 0] })).hint).to.include("firmware");
  });

  it("another board than the bench names", async () => {
    await openingFails("NAS_BOARD_OTHER", {}, { serial: "VB-9999" });
  });

  it("a calibration of another chip, or of cells with other levels", () => {
    const folder = join(packageRoot(), "calibration", "vc-0001", "2026-11-23");
    checkCalibration(folder, { ...sampleCapabilities, chip: "vc-0001" });
    for (const change of [{ chip: "vc-0002" }, { chip: "vc-0001", cellBits: 4 }])
      expectNasError("NAS_BOARD_CALIBRATION", () => checkCalibration(folder, { ...sampleCapabilities, ...change }));
    expectNasError("NAS_BOARD_CALIBRATION", () => checkCalibration("nowhere", sampleCapabilities));
  });

  it("capabilities that no macro can have", async () => {
    await openingFails("NAS_WIRE_PROTOCOL", { facts: { lies: { adcStepLevels: [3] } } });
    await openingFails("NAS_WIRE_PROTOCOL", { facts: { lies: { arrays: 0 } } });
  });

  it("a board that claims more than it has, as soon as it is asked for it", async () => {
    const board = await MemoryBoard.start({
      chip: { arrayRows: 16, arrayColumns: 16 },
      facts: { lies: { arrayRows: 64 } },
    });
    await using macro = new GuardedMacro(await board.open());
    await expectNasRejection("NAS_MACRO_RANGE", macro.program(workImage(macro.spec, 0)));
    await board.close();
  });

  it("limits of a write that the board does not bear, and writes beyond the board's", async () => {
    await openingFails("NAS_BOARD_LIMIT", { facts: { maxVoltageMv: 2000 } }, { maxVoltageMv: 3000 });
    const board = await MemoryBoard.start({ facts: { maxVoltageMv: 2000, lies: { maxVoltageMv: 5000 } } });
    await using macro = new GuardedMacro(await board.open({ maxVoltageMv: 3000 }));
    await expectNasRejection("NAS_BOARD_LIMIT", macro.program(workImage(macro.spec, 0)));
    await board.close();
  });

  it("another write where the cells are worn", async () => {
    const board = await MemoryBoard.start();
    await using macro = new GuardedMacro(await board.open({ maxPulsesPerRegion: 115 }));
    const image = workImage(macro.spec, 0);
    await macro.program(image);
    await macro.program(image);
    const error = await expectNasRejection("NAS_BOARD_LIMIT", macro.program(image));
    // Twice 8.5 pulses a cell; the next write may take 100.
    expect(error.message).to.include("17 pulses");
    await board.close();
  });

  it("a board that has no memory for what it promised", async () => {
    const board = await MemoryBoard.start({ facts: { memoryBytes: 100 } });
    await using macro = new GuardedMacro(await board.open());
    const image = workImage(macro.spec, 0);
    await macro.program(image);
    await expectNasRejection("NAS_BOARD_MEMORY", macro.compute(workInputs(macro.spec, image, 10)));
    await board.close();
  });

  it("to wait for a board for ever: storms and unplugging end with what is known", async function () {
    this.timeout(20_000);
    const storm = await MemoryBoard.start({ lineFaults: { flip: 1 } });
    await expectNasRejection("NAS_BOARD_SILENT", storm.open({ helloMs: 500 }));
    await storm.close();
    const gone = await MemoryBoard.start();
    await using macro = new GuardedMacro(await gone.open({ reconnectMs: 300 }));
    gone.isPlugged = false;
    gone.cut();
    const error = await expectNasRejection("NAS_BOARD_LINK", macro.program(workImage(macro.spec, 0)));
    expect(error.hint).to.include("--resume");
    await gone.close();
  });
});
