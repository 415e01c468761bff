/**
 * `npm run bench:search`: the time of a supernet step of each stage, of a candidate and of a selection, on the space and teacher of
 * Fashion-MNIST with images of noise. `-- --json` prints { cases: [{ name, milliseconds }] }.
 */
import { join } from "node:path";
import { packageRoot } from "../../src/base/paths.js";
import { prepareCostModel } from "../../src/cost/evaluate.js";
import { profiles } from "../../src/cost/profile.js";
import { loadTensorflow } from "../../src/engine/tensorflow.js";
import { readNetwork } from "../../src/network/read-network.js";
import { costCandidate } from "../../src/search/cost-candidates.js";
import { reselect } from "../../src/search/reselect.js";
import { assembleCandidates } from "../../src/search/significance/assemble.js";
import { objectives } from "../../src/search/significance/objective.js";
import { networkOfChoice } from "../../src/search/space/choices.js";
import { searchSpace } from "../../src/search/space/presets.js";
import { frozenNetwork } from "../../src/search/supernet/frozen-network.js";
import type { MapSource } from "../../src/search/supernet/map-source.js";
import { mixedStages } from "../../src/search/supernet/mixed-stage.js";
import { firstProgress, StageLoop } from "../../src/search/supernet/stage-loop.js";
import { defaultSupernet } from "../../src/search/supernet/supernet-settings.js";
import { cutTeacher } from "../../src/search/supernet/teacher-stages.js";
import { floatValues } from "../../src/search/supernet/train-supernet.js";
import { sampleSearchDocument, sampleSearchSettings } from "../support/sample-search.js";

interface Case {
  name: string;
  milliseconds: number;
}

const space = searchSpace("fashion-mnist");
const engine = await loadTensorflow();
const teacher = readNetwork(join(packageRoot(), "fixtures/networks/fashion-mnist-teacher"));
const parts = cutTeacher(teacher.description, space);
const values = floatValues(teacher);
const { batchSize } = defaultSupernet;
const cases: Case[] = [];

/** Maps of noise; the time of a step does not hang on what they show. */
function noise(shape: { height: number; width: number; channels: number }): MapSource {
  return {
    ...shape,
    count: batchSize,
    read: (_places, target) => target.forEach((_, place) => (target[place] = Math.abs(Math.sin(place)))),
  };
}

const places = Uint32Array.from({ length: batchSize }, (_, place) => place);
for (const stage of mixedStages(space)) {
  const rest = [...parts.stages.slice(stage.stage + 1).flat(), ...parts.head];
  const job = {
    engine,
    stage,
    rest: frozenNetwork(engine, rest, values),
    input: noise(stage.stage === 0 ? { ...stage.input, channels: 1 } : stage.input),
    teacherMap: noise(stage.output),
    labels: Uint8Array.from(places, (place) => place % 10),
    classes: 10,
    settings: defaultSupernet,
  };
  const loop = new StageLoop(job, firstProgress(stage, 1));
  // The first step records the graph.
  loop.learn(places, 100);
  const steps = 5;
  const started = performance.now();
  for (let step = 0; step < steps; step++) loop.learn(places, 100);
  cases.push({
    name: `supernet step, stage ${stage.stage + 1}, batch ${batchSize}`,
    milliseconds: (performance.now() - started) / steps,
  });
  loop.dispose();
}

const settings = sampleSearchSettings;
const document = sampleSearchDocument();
const task = (document.stages as { shares: number[][] }[]).flatMap(({ shares }) => shares);
const model = prepareCostModel(settings.hardware, profiles[settings.profile], settings.schedule);
const timed = (name: string, count: number, work: () => void) => {
  work();
  const started = performance.now();
  work();
  cases.push({ name, milliseconds: (performance.now() - started) / count });
};
const candidates = assembleCandidates(task, 200, (choice) => networkOfChoice(space, choice));
timed("assembling a candidate", 200, () => assembleCandidates(task, 200, (choice) => networkOfChoice(space, choice)));
timed("costing a candidate", 200, () =>
  candidates.forEach((candidate, place) => costCandidate(space, candidate, place, model, settings.precision)),
);
timed("a selection from the record", 1, () => reselect(document, { objective: "edp", weights: objectives.edp }));

if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ cases }, null, 2)}\n`);
else {
  const steps = Math.floor(defaultSupernet.images / batchSize) * defaultSupernet.epochs;
  for (const { name, milliseconds } of cases)
    process.stdout.write(`${name.padEnd(40)} ${milliseconds.toFixed(2)} ms\n`);
  process.stdout.write(`\na stage of ${steps} steps takes ${steps} times its step, and the teacher's maps once\n`);
}
