/**
 * The nodal equations of a bit line, written out and solved by elimination: node i has a segment to the node before it (the
 * first to the clamp at 0 V), one to the node after it, and its cell to its driver, where that is on. Gives the current
 * into the clamp.
 */
export function solveLadder(cells: readonly number[], drive: readonly number[], resistance: number): number {
  const count = cells.length;
  const matrix = cells.map(() => new Float64Array(count + 1));
  for (let node = 0; node < count; node++) {
    const row = matrix[node];
    row[node] += 1 / resistance;
    if (node > 0) row[node - 1] -= 1 / resistance;
    if (node + 1 < count) {
      row[node] += 1 / resistance;
      row[node + 1] -= 1 / resistance;
    }
    if (drive[node] !== 0) {
      row[node] += cells[node];
      row[count] = cells[node] * drive[node];
    }
  }
  for (let pivot = 0; pivot < count; pivot++) {
    for (let other = pivot + 1; other < count; other++) {
      const factor = matrix[other][pivot] / matrix[pivot][pivot];
      for (let column = pivot; column <= count; column++) matrix[other][column] -= factor * matrix[pivot][column];
    }
  }
  const voltage = new Float64Array(count);
  for (let node = count - 1; node >= 0; node--) {
    let rest = matrix[node][count];
    for (let column = node + 1; column < count; column++) rest -= matrix[node][column] * voltage[column];
    voltage[node] = rest / matrix[node][node];
  }
  return voltage[0] / resistance;
}
