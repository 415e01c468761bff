import { readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, NasError } from "nas4cim/driver";
import type { Capabilities } from "nas4cim/wire";

/**
 * A calibration belongs to one chip. Refuses one that was made of another chip, or of cells with other levels.
 * @param folder the calibration's folder
 * @throws NAS_BOARD_CALIBRATION
 */
export function checkCalibration(folder: string, { chip, cellBits }: Capabilities): void {
  const path = join(folder, "chip.json");
  const fail = (what: string, cause?: unknown): never => {
    throw new NasError("NAS_BOARD_CALIBRATION", `the calibration ${path} is not this board's: ${what}`, {
      hint: "give the macro the calibration of the chip that is on the board",
      context: { path, chip, cellBits },
      cause,
    });
  };
  let file: { chipId?: unknown; programmingSigmaLevels?: unknown };
  try {
    file = (JSON.parse(readFileSync(path, "utf8")) ?? {}) as typeof file;
  } catch (error) {
    return fail(messageOf(error), error);
  }
  if (file.chipId !== chip) fail(`it is of chip ${String(file.chipId).slice(0, 64)}, the board carries ${chip}`);
  const levels = Array.isArray(file.programmingSigmaLevels) ? file.programmingSigmaLevels.length : 2 ** cellBits;
  if (levels !== 2 ** cellBits) fail(`its cells have ${levels} levels, the board's ${2 ** cellBits}`);
}
