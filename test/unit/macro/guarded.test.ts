import { expect } from "chai";
import { setTimeout as sleep } from "node:timers/promises";
import type { NasError } from "../../../src/base/errors.js";
import { GuardedMacro } from "../../../src/macro/guarded.js";
import type { InputBlock, Macro, OutputBlock, TileImage } from "../../../src/macro/macro.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { TinyMacro } from "../../support/tiny-macro.js";

const image: TileImage = { array: 0, rows: 2, columns: 4, levels: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 0) };
const block: InputBlock = { array: 0, vectors: 1, rows: 2, bits: 2, data: Uint8Array.of(1, 2), want: "codes" };
const settings = { adcStepLevels: [{ array: 0, levels: 2 }] };

/** Each call of the contract, on an array that holds `image`. */
const everyCall: Record<string, (macro: Macro, signal?: AbortSignal) => Promise<unknown>> = {
  configure: (macro, signal) => macro.configure(settings, { signal }),
  program: (macro, signal) => macro.program(image, { signal }),
  readback: (macro, signal) => macro.readback(0, { signal }),
  compute: (macro, signal) => macro.compute(block, { signal }),
};
type Name = "configure" | "program" | "readback" | "compute";

/** The macro behind its guard, programmed; then with one method replaced. */
async function guardedWith(change: Partial<Macro>, inner = new TinyMacro()): Promise<GuardedMacro> {
  const macro = new GuardedMacro(inner);
  await macro.program(image);
  Object.assign(inner, change);
  return macro;
}

describe("GuardedMacro", () => {
  it("answers as the macro inside", async () => {
    const inner = new TinyMacro();
    await inner.configure(settings);
    await inner.program(image, { keys: { tile: 4 } });
    const options = { keys: { firstVector: 3, repeat: 2 } };
    const macro = new GuardedMacro(new TinyMacro());
    await macro.configure(settings);
    expect(await macro.program(image, { keys: { tile: 4 } })).to.deep.equal(
      await inner.program(image, { keys: { tile: 4 } }),
    );
    expect(await macro.readback(0)).to.deep.equal(await inner.readback(0));
    expect(await macro.compute(block, options)).to.deep.equal(await inner.compute(block, options));
    expect(macro.spec).to.equal(macro.spec);
    expect(macro.identity.chipId).to.equal("t1");
  });

  it("lets no call that the spec forbids reach the driver, and goes on", async () => {
    const seen: string[] = [];
    const inner = new TinyMacro();
    const macro = await guardedWith({}, inner);
    for (const name of Object.keys(everyCall) as Name[]) {
      const original = inner[name].bind(inner) as (...parameters: unknown[]) => Promise<never>;
      inner[name] = (...parameters: unknown[]) => (seen.push(name), original(...parameters));
    }
    await expectNasRejection("NAS_MACRO_RANGE", macro.configure({ adcStepLevels: [{ array: 0, levels: 3 }] }));
    await expectNasRejection("NAS_MACRO_RANGE", macro.program({ ...image, rows: 9 }));
    await expectNasRejection("NAS_MACRO_RANGE", macro.program(image, { keys: { tile: -1 } }));
    await expectNasRejection("NAS_MACRO_CONTRACT", macro.readback(1));
    await expectNasRejection("NAS_MACRO_RANGE", macro.compute({ ...block, bits: 9 }));
    await expectNasRejection("NAS_MACRO_RANGE", macro.compute(block, { keys: { firstVector: 2 ** 28 } }));
    for (const call of Object.values(everyCall))
      await expectNasRejection("NAS_INTERRUPTED", call(macro, AbortSignal.abort()));
    expect(seen).to.deep.equal([]);
    await macro.compute(block);
    expect(seen).to.deep.equal(["compute"]);
  });

  for (const [name, call] of Object.entries(everyCall)) {
    it(`names macro, call and array where the driver throws a foreign error in ${name}, and latches`, async () => {
      const cause = new Error("the cable came off");
      const macro = await guardedWith({ [name]: () => Promise.reject(cause) });
      const error = await expectNasRejection("NAS_MACRO_CALL_FAILED", call(macro));
      expect(error.message).to.equal(`macro tiny:t1 failed in ${name} on array 0: the cable came off`);
      expect(error.cause).to.equal(cause);
      for (const [next, later] of Object.entries(everyCall)) {
        const refusal = await expectNasRejection("NAS_MACRO_LATCHED", later(macro));
        expect(refusal.message).to.contain(`takes no ${next} any more`).and.to.contain("the cable came off");
        expect(refusal.cause).to.equal(error);
      }
    });
  }

  it("takes an error that is thrown before there is a promise, too", async () => {
    const macro = await guardedWith({
      compute: () => {
        throw new TypeError("x is not a function");
      },
    });
    await expectNasRejection("NAS_MACRO_CALL_FAILED", macro.compute(block));
  });

  it("refuses the calls that wait when a fault strikes, at once", async () => {
    const inner = new TinyMacro({ parallelCalls: 1 });
    let asked = 0;
    const macro = await guardedWith(
      { compute: () => (asked++, sleep(5).then(() => Promise.reject(new Error("burnt")))) },
      inner,
    );
    const calls = [1, 2, 3, 4].map(() => macro.compute(block));
    const codes = await Promise.all(calls.map((call) => call.catch(({ code }: NasError) => code)));
    expect(codes).to.deep.equal([
      "NAS_MACRO_CALL_FAILED",
      "NAS_MACRO_LATCHED",
      "NAS_MACRO_LATCHED",
      "NAS_MACRO_LATCHED",
    ]);
    expect(asked).to.equal(1);
  });

  it("does not latch where the driver refuses or is interrupted", async () => {
    const controller = new AbortController();
    const macro = await guardedWith({
      readback: (_array, options) => sleep(10_000, undefined, { signal: options?.signal }).then(() => image),
    });
    const waiting = macro.readback(0, { signal: controller.signal });
    await sleep(2);
    controller.abort();
    await expectNasRejection("NAS_INTERRUPTED", waiting);
    await macro.compute(block);
  });

  it("refuses an answer that the contract forbids, and latches: who lies once is believed no more", async () => {
    const lies: [Name, unknown][] = [
      ["program", { cells: 1, cellsOutOfTolerance: 0 }],
      ["readback", { ...image, rows: 3 }],
      ["compute", { vectors: 1, outputs: 2, values: new Int32Array(4).fill(500), saturated: 0 } satisfies OutputBlock],
      ["compute", undefined],
    ];
    for (const [name, lie] of lies) {
      const macro = await guardedWith({ [name]: () => Promise.resolve(lie) });
      const error = await expectNasRejection("NAS_MACRO_CONTRACT", everyCall[name](macro));
      expect(error.message).to.contain("macro tiny:t1 answered");
      await expectNasRejection("NAS_MACRO_LATCHED", macro.readback(0));
    }
  });

  it("knows no more what an array holds whose programming was broken off", async () => {
    const controller = new AbortController();
    const inner = new TinyMacro();
    const program = inner.program.bind(inner);
    const macro = await guardedWith(
      { program: (_image, options) => sleep(10_000, undefined, { signal: options?.signal }).then(() => expect.fail()) },
      inner,
    );
    const programming = macro.program(image, { signal: controller.signal });
    await sleep(2);
    controller.abort();
    await expectNasRejection("NAS_INTERRUPTED", programming);
    await expectNasRejection("NAS_MACRO_CONTRACT", macro.compute(block));
    inner.program = program;
    await macro.program(image);
    await macro.compute(block);
  });

  it("lets calls overlap as far as the spec says", async () => {
    for (const parallelCalls of [undefined, 1, 2, 5]) {
      let underWay = 0;
      let most = 0;
      const pause = async () => {
        most = Math.max(most, ++underWay);
        await sleep(2);
        underWay--;
      };
      const macro = new GuardedMacro(new TinyMacro({ parallelCalls }, { pause }));
      await macro.program(image);
      await Promise.all(Array.from({ length: 8 }, () => macro.compute(block)));
      expect(most).to.equal(parallelCalls ?? 1);
    }
  });

  it("computes on what was programmed before, though nobody waited for it", async () => {
    const macro = new GuardedMacro(new TinyMacro({}, { pause: () => sleep(2) }));
    const programmed = macro.program(image);
    const values = (await macro.compute(block)).values;
    await programmed;
    expect((await macro.compute(block)).values).to.deep.equal(values);
  });

  it("times the driver's calls", async () => {
    const macro = new GuardedMacro(new TinyMacro({ parallelCalls: 1 }, { pause: () => sleep(20) }));
    await macro.program(image);
    await Promise.all([macro.compute(block), macro.compute(block)]);
    await expectNasRejection("NAS_MACRO_RANGE", macro.compute({ ...block, rows: 1 }));
    const { program, compute } = macro.times;
    expect(program.calls).to.equal(1);
    expect(compute).to.include({ calls: 2, failed: 0 });
    expect(compute.seconds).to.be.within(0.03, 1);
    expect(compute.waitSeconds).to.be.within(0.015, 1);
  });

  describe("when it is closed", () => {
    it("waits for what is under way, closes the driver once, and takes no calls any more", async () => {
      let closed = 0;
      let underWay = 0;
      const pause = async () => {
        underWay++;
        await sleep(10);
        underWay--;
      };
      const close = async () => {
        expect(underWay).to.equal(0);
        closed++;
      };
      const macro = await guardedWith({ [Symbol.asyncDispose]: close }, new TinyMacro({}, { pause }));
      const answer = macro.compute(block);
      await Promise.all([macro[Symbol.asyncDispose](), macro[Symbol.asyncDispose]()]);
      await answer;
      await macro[Symbol.asyncDispose]();
      expect(closed).to.equal(1);
      for (const call of Object.values(everyCall))
        expect((await expectNasRejection("NAS_MACRO_CONTRACT", call(macro))).message).to.contain("is closed");
    });

    it("lets go of its device once the driver is closed, whether it can be or not", async () => {
      const order: string[] = [];
      const inner = new TinyMacro();
      inner[Symbol.asyncDispose] = async () => {
        order.push("driver");
        throw new Error("port is gone");
      };
      const held = { [Symbol.dispose]: () => void order.push("device") };
      const macro = new GuardedMacro(inner, { held });
      await macro[Symbol.asyncDispose]();
      await macro[Symbol.asyncDispose]();
      expect(order).to.deep.equal(["driver", "device"]);
    });

    it("tells the log where the driver cannot be closed, and throws nothing: all answers were given", async () => {
      const lines: string[] = [];
      const inner = new TinyMacro();
      inner[Symbol.asyncDispose] = () => Promise.reject(new Error("port is gone"));
      await new GuardedMacro(inner, { log: (line) => lines.push(line) })[Symbol.asyncDispose]();
      expect(lines).to.deep.equal(["note: macro tiny:t1 could not be closed: port is gone"]);
    });
  });
});
