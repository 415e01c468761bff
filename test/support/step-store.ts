import { openStore } from "../../src/store/store.js";
import { StepStore } from "../../src/run/step-store.js";
import { sampleNewRun } from "./sample-record.js";

/** The steps of a fresh run in the store of this folder; to be closed with `using`. */
export function freshSteps(folder: string): { steps: StepStore } & Disposable {
  const store = openStore(folder);
  const steps = new StepStore(store, store.createRun(sampleNewRun()));
  return { steps, [Symbol.dispose]: () => store[Symbol.dispose]() };
}
