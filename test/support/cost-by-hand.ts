/**
 * A second reading of docs/cost-model.md, section "A layer by hand": formulas as the page has them, numbers from the page's own
 * table, nothing of src/cost. Bits, sizes and shapes as the page names them.
 */

/** One layer by the page's symbols; a matrix layer is a convolution or an fc. */
export interface HandLayer {
  id: string;
  op: "conv" | "fc" | "pool" | "add";
  inputs: readonly string[];
  /** [H, W, Cin] and [H′, W′, Cout]. */
  from: [number, number, number];
  to: [number, number, number];
  k: number;
  s: number;
  p: number;
}

/** What the page gives of a layer; energies in nJ, times in ns, area in mm². */
export interface HandCost {
  rows: number;
  columns: number;
  pes: number;
  tiles: number;
  conversions: number;
  busyNs: number;
  nj: Record<string, number>;
  mm2: number;
}

/** The ISAAC unit, and what differs from it. */
export interface HandSetting {
  bits: number;
  adcsPerArray: number;
  sequential: boolean;
  physical: boolean;
}

type Numbers = Record<string, { ns: number; watt: number; um2: number }>;

/** The table "Numbers of the ISAAC unit" of the page. */
export function numbersOnPage(page: string): Numbers {
  const section = page.split("### Numbers of the ISAAC unit")[1].split("###")[0];
  const rows = section.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| part"));
  return Object.fromEntries(
    rows.map((line) => {
      const [, part, ns, watt, um2] = line.split("|").map((cell) => cell.trim());
      return [part, { ns: Number(ns), watt: Number(watt.replace("a cell ", "")), um2: Number(um2) }];
    }),
  );
}

const [R, C, G, D, P, T, signs] = [128, 128, 8, 128, 4, 2, 2];
const [wordBits, cycleNs, interTileGbps, intraTileGbps, gridRows] = [64, 20, 20, 1024, 64];
const up = Math.ceil;
const log2 = (x: number): number => up(Math.log2(x));
const B = (bits: number): number => up(bits / wordBits) * cycleNs;

/** Every convolution and fc of a network, by id. */
export function costByHand(
  network: readonly HandLayer[],
  numbers: Numbers,
  setting: HandSetting,
): Map<string, HandCost> {
  const places = placesOf(network, setting);
  const costs = new Map<string, HandCost>();
  for (const layer of network) {
    if (layer.op !== "conv" && layer.op !== "fc") continue;
    costs.set(layer.id, layerByHand(layer, distancesOf(layer, network, places), numbers, setting));
  }
  return costs;
}

function split({ k, from: [, , Cin], to: [, , Cout] }: HandLayer, bits: number) {
  const planes = bits - 1;
  const c = Math.min(Cin, Math.floor(R / k ** 2));
  const n = up(planes / G) * up(Cout / C) * up(Cin / Math.floor(R / k ** 2));
  return { c, n, t: up(n / P), m: Math.min(n, P), r: c * k ** 2, q: Math.min(Cout, C), g: Math.min(planes, G) };
}

function layerByHand(
  layer: HandLayer,
  [inHops, outHops]: [number, number],
  numbers: Numbers,
  { bits: a, adcsPerArray: A, sequential, physical }: HandSetting,
): HandCost {
  const { k, s, p } = layer;
  const [, W, Cin] = layer.from;
  const [Hout, Wout, Cout] = layer.to;
  const N = Hout * Wout;
  const { c, n, t, m, r, q, g } = split(layer, a);
  const e = physical ? n : t * m;
  const j = physical ? n - t : t * (m - 1);
  const [rShare, qShare] = [up(R / D), up(C / A)];
  const [dacs, adcs] = [up(r / rShare), up(q / qShare)];
  const v = (physical ? a - 1 : a) * up(r / D) * up(q / A);
  const mu = log2(m);
  const x = 8;
  const register = numbers["input, output register"];
  const mux = selector(qShare);
  const outputRead = B(q * a * m);

  const part = {
    crossbar: [v * numbers.array.ns, e * signs * g * ((r * q * numbers.array.watt) / (rShare * qShare))],
    dac: [v * numbers.DAC.ns, e * g * dacs * numbers.DAC.watt],
    adc: [v * numbers.ADC.ns, e * g * adcs * numbers.ADC.watt],
    inputRegister: [(up(r / D) * up(q / A) + v) * T, e * g * dacs * register.watt],
    outputRegister: [up(q / A) * T, e * g * adcs * register.watt],
    inputDemux: [v * numbers["input demux"].ns, e * g * dacs * numbers["input demux"].watt],
    outputMux: [v * mux.ns, e * g * adcs * mux.watt],
    shiftRegister: [v * T, e * g * adcs * numbers["shift register"].watt],
    adder: [up(q / A) * log2(G) * T, e * (g - 1) * adcs * numbers.adder.watt],
    jointModule: [mu * T, j * adcs * numbers["joint module"].watt],
    inside: [((log2(P) * (x + mu) - (mu * (mu + 1)) / 2) * q) / intraTileGbps, 0],
    merge: [outputRead + inHops * (T + (q * a * m) / interTileGbps), 0],
    next: [(outHops * Cout * a) / interTileGbps, 0],
    outputWrite: [B((x + mu) * q * m), 0],
  } satisfies Record<string, [number, number]>;

  const kinds = [1, Wout - 1, Hout - 1, (Hout - 1) * (Wout - 1)];
  const reads = layer.op === "fc" ? [r, r, r, r] : [r, s * k * c, r, s * k * c];
  const pipelined = [c * (k - p) ** 2, c * s * k, c * s * (k - p), c * s ** 2];
  const lines = [c * (W * (k - p - 1) + k - p), c * s, c * (W * (s - 1) + k - p), c * s];
  const writes = layer.op === "fc" ? reads : sequential ? lines : pipelined;
  const overPixels = (values: number[]): number =>
    kinds.reduce((sum, pixels, kind) => sum + pixels * B(values[kind] * a), 0);
  const [inputRead, inputWrite] = [overPixels(reads), overPixels(writes)];

  const [sramRead, sramWrite] = [numbers["SRAM up to 2 KB, read"], numbers["SRAM up to 2 KB, write"]];
  const largest = Math.max((W * k * Cin * a) / 8 / n, (2 * Cout * a) / 8 / t);
  if (largest > 2048) throw new Error(`${layer.id} needs a larger buffer than the page's table has`);
  const bufferNj = (input: number, output: number, watt: number): number =>
    physical ? input * e * watt + output * t * watt : (input + output) * (e + t) * watt;

  const nj: Record<string, number> = {
    bufferRead: bufferNj(inputRead, N * outputRead, sramRead.watt),
    bufferWrite: bufferNj(inputWrite, N * part.outputWrite[0], sramWrite.watt),
  };
  let pixelNs = 0;
  for (const [name, [ns, watt]] of Object.entries(part)) {
    pixelNs += ns;
    if (watt > 0) nj[name] = name === "adder" && !physical ? 0 : ns * N * watt;
  }
  const busyNs = N * pixelNs + inputRead + inputWrite + (physical ? 0 : N * outputRead);
  return { rows: r, columns: q, pes: n, tiles: t, conversions: v, busyNs, nj, mm2: t * tileMm2(numbers, A, mux) };

  function selector(ways: number): { ns: number; watt: number; um2: number } {
    let stages = 1;
    for (let left = ways; left > 0; left = Math.floor(left / 8)) stages++;
    // 1944 transistors for 64 ways and more, 216 for 16: powers and areas of the page's transistors.
    const transistors = ways > 32 ? 1944 : 216;
    return { ns: stages * 0.032744, watt: transistors * 1.2e-8, um2: transistors * 0.169 };
  }
}

function tileMm2(numbers: Numbers, A: number, mux: { um2: number }): number {
  const um2 = (name: string): number => numbers[name].um2;
  const perDac = um2("DAC") + um2("input, output register") + um2("input demux");
  const perAdc = um2("ADC") + um2("input, output register") + mux.um2 + um2("shift register");
  const arrays = P * signs * G * um2("array") + P * G * D * perDac + P * G * A * perAdc;
  const sums = P * (G - 1) * A * um2("adder") + (P - 1) * G * A * um2("joint module");
  return (arrays + sums + um2("pooling unit") + (P + 1) * um2("SRAM up to 2 KB, read")) * 1e-6;
}

/** Grid places of every layer's tiles. */
function placesOf(network: readonly HandLayer[], { bits }: HandSetting): Map<string, [number, number][]> {
  const walk: [number, number][] = [[0, 0]];
  for (let shell = 1; shell < gridRows; shell++) {
    const down = Array.from({ length: shell + 1 }, (_, step): [number, number] => [step, shell]);
    const left = Array.from({ length: shell }, (_, step): [number, number] => [shell, shell - 1 - step]);
    const cells = [...down, ...left];
    walk.push(...(shell % 2 === 1 ? cells : cells.reverse()));
  }
  let next = 0;
  return new Map(
    network.map((layer) => {
      const tiles = layer.op === "add" ? 0 : layer.op === "pool" ? 1 : split(layer, bits).t;
      next += tiles;
      return [layer.id, walk.slice(next - tiles, next)];
    }),
  );
}

function distancesOf(
  layer: HandLayer,
  network: readonly HandLayer[],
  places: Map<string, [number, number][]>,
): [number, number] {
  const readers = network.filter(({ inputs }) => inputs.includes(layer.id));
  const matrixReaders = readers.filter(({ op }) => op !== "add").flatMap(({ id }) => places.get(id)!);
  const apart = ([row, column]: [number, number], to: [number, number]): number =>
    Math.abs(row - to[0]) + Math.abs(column - to[1]);
  const own = places.get(layer.id)!;
  const tried = own.map((tile): [number, number, number] => {
    const toReaders = Math.max(0, ...matrixReaders.map((place) => apart(tile, place)));
    const out =
      readers.length > 0 && matrixReaders.length === 0 ? Math.abs(tile[0] - gridRows / 2) + tile[1] : toReaders;
    return [Math.max(...own.map((place) => apart(tile, place))), out, tile[0] * 64 + tile[1]];
  });
  tried.sort((x, y) => x[0] + x[1] - y[0] - y[1] || x[2] - y[2]);
  return [tried[0][0], tried[0][1]];
}
