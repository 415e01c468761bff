import { keyedUniform } from "../../src/base/keyed-random.js";
import { logicalRows, type InputBlock, type Macro, type MacroSpec, type TileImage } from "../../src/macro/macro.js";

/** A tile with weights of both signs. */
export function workImage(
  spec: MacroSpec,
  array: number,
  rows = spec.arrayRows,
  columns = spec.arrayColumns,
): TileImage {
  const levels = new Uint8Array(rows * columns);
  const count = 2 ** spec.cellBits;
  for (let cell = 0; cell < levels.length; cell++)
    if ((cell & 1) === (keyedUniform("sign", array, cell >> 1) < 0.5 ? 0 : 1))
      levels[cell] = Math.floor(keyedUniform("level", array, cell) * count);
  return { array, rows, columns, levels };
}

export function workInputs(
  spec: MacroSpec,
  image: TileImage,
  vectors: number,
  bits = 4,
  want: InputBlock["want"] = "sums",
): InputBlock {
  const rows = logicalRows(spec, image.rows);
  const data = Uint8Array.from({ length: vectors * rows }, (_, index) =>
    Math.floor(keyedUniform("in", index) * 2 ** bits),
  );
  return { array: image.array, vectors, rows, bits, data, want };
}

/** Programs arrays, multiplies batches of them, and gives all that a run would see: reports and codes. */
export async function doWork(macro: Macro, arrays = 2, vectors = 60, batches = 3): Promise<unknown[]> {
  const seen: unknown[] = [];
  const images = Array.from({ length: arrays }, (_, array) => workImage(macro.spec, array));
  for (const [array, image] of images.entries()) {
    const { cells, cellsOutOfTolerance } = await macro.program(image, { keys: { tile: 10 + array } });
    seen.push({ cells, cellsOutOfTolerance });
    await macro.configure({ adcStepLevels: [{ array, levels: 4 }] });
    seen.push([...(await macro.readback(array)).levels]);
  }
  for (let batch = 0; batch < batches; batch++) {
    const answers = await Promise.all(
      images.map((image) =>
        macro.compute(workInputs(macro.spec, image, vectors, 4, batch % 2 === 0 ? "sums" : "codes"), {
          keys: { firstVector: batch * vectors },
        }),
      ),
    );
    for (const { values, saturated, outputs } of answers) seen.push({ outputs, saturated, values: [...values] });
  }
  return seen;
}
