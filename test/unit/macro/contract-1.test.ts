import { expect } from "chai";
import { macroOfContract1, driverOfContract1, type MacroOfContract1 } from "../../../src/macro/contract-1.js";
import { MacroGuard } from "../../../src/macro/guard.js";
import type { InputBlock, TileImage } from "../../../src/macro/macro.js";
import { openDriver } from "../../../src/macro/open-driver.js";
import { sampleSpec } from "../../support/macro-spec.js";

const { parallelCalls: _none, ...spec } = { ...sampleSpec, parallelCalls: undefined, contract: 1 as const };
const image: TileImage = { array: 1, rows: 2, columns: 2, levels: Uint8Array.of(1, 0, 0, 2) };
const block: InputBlock = { array: 1, vectors: 1, rows: 2, bits: 1, data: Uint8Array.of(1, 1), want: "codes" };

/** A macro as drivers of contract 1 wrote them: with a guard of its own; it writes down what it was asked. */
class OldMacro implements MacroOfContract1 {
  readonly spec = spec;
  readonly identity = { driver: "old", kind: "silicon" as const, chipId: "o1", description: "an old board" };
  readonly asked: unknown[] = [];
  readonly #guard = new MacroGuard(this.identity, spec);
  readonly #tiles = new Map<number, TileImage & { tile: number }>();

  async configure(...asked: unknown[]): Promise<void> {
    this.asked.push(asked[0]);
  }

  async program(given: TileImage & { tile: number }): Promise<{ cells: number; cellsOutOfTolerance: number }> {
    this.#guard.checkImage(given);
    this.#guard.programmed(given);
    this.#tiles.set(given.array, given);
    this.asked.push(given);
    return { cells: given.levels.length, cellsOutOfTolerance: 0 };
  }

  async readback(array: number): Promise<TileImage & { tile: number }> {
    this.#guard.checkProgrammed(array);
    return this.#tiles.get(array)!;
  }

  async compute(inputs: InputBlock & { firstVector: number }) {
    this.#guard.checkInputs(inputs);
    this.asked.push(inputs);
    return { vectors: 1, outputs: 1, values: Int32Array.of(-1), saturated: 0 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.asked.push("closed");
  }
}

describe("macroOfContract1", () => {
  it("gives an old macro tile and first vector as it knew them, and its spec today's form", async () => {
    const old = new OldMacro();
    const macro = macroOfContract1(old);
    expect(macro.spec).to.deep.equal({ ...spec, contract: 2, parallelCalls: macro.spec.parallelCalls });
    expect(macro.spec.parallelCalls, "old macros were given calls that overlap").to.be.greaterThan(100);
    const settings = { adcStepLevels: [{ array: 1, levels: 2 }] };
    await macro.configure(settings);
    await macro.program(image, { keys: { tile: 7 } });
    expect(await macro.readback(1)).to.deep.equal(image);
    await macro.compute(block, { keys: { firstVector: 30 } });
    await macro.compute(block);
    await macro.program(image);
    await macro[Symbol.asyncDispose]();
    expect(old.asked).to.deep.equal([
      settings,
      { ...image, tile: 7 },
      { ...block, firstVector: 30 },
      { ...block, firstVector: 0 },
      { ...image, tile: 0 },
      "closed",
    ]);
  });
});

describe("driverOfContract1", () => {
  it("opens an old driver with seed and threads where it looks for them, behind the guard", async () => {
    let request: unknown;
    const driver = driverOfContract1({
      id: "old",
      contract: 1,
      open: async (given) => {
        request = given;
        return new OldMacro();
      },
    });
    const common = { name: "board", options: { port: 1 }, resolve: (path: string) => path, context: {} };
    await using macro = await openDriver(driver, { ...common, simulation: { seed: 5, threads: 2 } });
    expect(request).to.deep.equal({ ...common, seed: 5, threads: 2 });
    await macro.program(image);
    expect([...(await macro.compute(block)).values]).to.deep.equal([-1]);
  });
});
