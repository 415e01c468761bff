import type { MacroDriver, OpenRequest } from "./define-driver.js";
import type {
  CallOptions,
  InputBlock,
  Macro,
  MacroIdentity,
  MacroSettings,
  MacroSpec,
  OutputBlock,
  ProgramReport,
  TileImage,
} from "./macro.js";

/**
 * The contract before this one, whose drivers still run: what is a simulation's own stood in every call there, where it is
 * in CallOptions.keys and OpenRequest.simulation now, and calls overlapped without being asked.
 */
export interface MacroOfContract1 extends AsyncDisposable {
  readonly spec: Omit<MacroSpec, "contract" | "parallelCalls"> & { contract: 1 };
  readonly identity: MacroIdentity;
  configure(settings: MacroSettings, call?: CallOptions): Promise<void>;
  program(image: TileImage & { tile: number }, call?: CallOptions): Promise<ProgramReport>;
  readback(array: number, call?: CallOptions): Promise<TileImage & { tile: number }>;
  compute(inputs: InputBlock & { firstVector: number }, call?: CallOptions): Promise<OutputBlock>;
}

/** A driver of contract 1. */
export interface DriverOfContract1 {
  readonly id: string;
  readonly contract: 1;
  readonly optionRoles?: MacroDriver["optionRoles"];
  open(request: Omit<OpenRequest, "simulation"> & { seed: number; threads: number }): Promise<MacroOfContract1>;
}

/** Calls that a macro of contract 1 gets at once: as many as a job makes. */
const parallelCalls = 1024;

/** A driver of contract 1 as one of today. */
export function driverOfContract1(driver: DriverOfContract1): MacroDriver {
  return {
    id: driver.id,
    contract: 2,
    optionRoles: driver.optionRoles,
    open: async ({ simulation, ...request }) => macroOfContract1(await driver.open({ ...request, ...simulation })),
  };
}

/** A macro of contract 1 as one of today. */
export function macroOfContract1(macro: MacroOfContract1): Macro {
  return {
    spec: { ...macro.spec, contract: 2, parallelCalls },
    identity: macro.identity,
    configure: (settings, call) => macro.configure(settings, call),
    program: (image, call) => macro.program({ ...image, tile: call?.keys?.tile ?? 0 }, call),
    async readback(array, call) {
      const { tile: _tile, ...image } = await macro.readback(array, call);
      return image;
    },
    compute: (inputs, call) => macro.compute({ ...inputs, firstVector: call?.keys?.firstVector ?? 0 }, call),
    [Symbol.asyncDispose]: () => Promise.resolve(macro[Symbol.asyncDispose]()),
  };
}
