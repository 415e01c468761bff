import { writeSync } from "node:fs";
import { openStore } from "../../src/store/store.js";
import { sampleNewRun, stepBytes, stepKey } from "./sample-record.js";

/**
 * A process of its own that works on a run until it is killed: `node step-writer.js <folder> <run id> [<steps>]`.
 * It creates the run or takes it up, saves step after step, and prints each number only once the store has acknowledged it.
 */
const [folder, id, steps = "Infinity"] = process.argv.slice(2);

const store = openStore(folder);
if (store.listRuns().some((run) => run.id === id)) store.claimRun(id);
else store.createRun({ ...sampleNewRun(), id });
for (let number = store.stepKeys(id, "infer").length; number < Number(steps); number++) {
  store.saveStep(id, "infer", stepKey(number), { json: { number }, blobs: { predictions: stepBytes(number) } }, 0.001);
  writeSync(1, `${number}\n`);
}
store.close();
