import { parentPort, workerData } from "node:worker_threads";
import { prepareCostModel } from "../cost/evaluate.js";
import { profiles } from "../cost/profile.js";
import { scoreChunk, type ScoreSetting } from "./score-chunk.js";

/** A worker thread of scoreCandidates: it is sent [first, end) and answers with the chunk. */
const { hardware, profile, schedule, ...task } = workerData as ScoreSetting;
const model = prepareCostModel(hardware, profiles[profile], schedule);
parentPort!.on("message", ([first, end]: [number, number]) => {
  parentPort!.postMessage(scoreChunk(task, model, first, end));
});
