// Stands in for a board: an ideal array of 32 × 32 cells in column pairs, one JSON line for each JSON line.
import { createInterface } from "node:readline";

const spec = {
  arrayRows: 32,
  arrayColumns: 32,
  arrays: 2,
  cellBits: 3,
  inputBits: 8,
  adcBits: 8,
  differential: "column-pair",
  shiftAdd: false,
  adcStepLevels: [1, 2, 4],
  maxVectors: 256,
};
const tiles = new Map();
const steps = new Map();

const answers = {
  describe: () => ({ serial: "LB-0001", ...spec }),
  step: ({ array, levels }) => (steps.set(array, levels), {}),
  program(tile) {
    tiles.set(tile.array, tile);
    return { cells: tile.levels.length, cellsOutOfTolerance: 0 };
  },
  read({ array }) {
    const { rows, columns, levels } = tiles.get(array);
    return { array, rows, columns, levels };
  },
  compute({ array, vectors, rows, bits, data }) {
    const { columns, levels } = tiles.get(array);
    const step = steps.get(array) ?? spec.adcStepLevels[0];
    const codes = [];
    for (let vector = 0; vector < vectors; vector++)
      for (let plane = 0; plane < bits; plane++)
        for (let column = 0; column < columns; column += 2) {
          let sum = 0;
          for (let row = 0; row < rows; row++)
            if ((data[vector * rows + row] >> plane) & 1)
              sum += levels[row * columns + column] - levels[row * columns + column + 1];
          codes.push(Math.max(-128, Math.min(127, Math.floor(sum / step + 0.5))));
        }
    return { columns, codes };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  console.log(JSON.stringify(answers[request.call](request)));
}
