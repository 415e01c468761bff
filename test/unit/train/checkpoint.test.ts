import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import {
  type CheckpointOwner,
  checkpointPath,
  readCheckpoint,
  removeCheckpoint,
  type TrainState,
  writeCheckpoint,
} from "../../../src/train/checkpoint.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const owner: CheckpointOwner = { recipeHash: "r".repeat(64), dataSha256: "d".repeat(64), engine: "tfjs-node" };

const state: TrainState = {
  phase: "quantized",
  epoch: 2,
  step: 17,
  running: { loss: 1.1 + 2 ** -40, correct: 12, images: 17, seconds: 0.3 },
  parameters: Float32Array.of(0.1, -2, 3e-8),
  momentum: Float32Array.of(1, 2, 3),
  statistics: Float32Array.of(0.5, 1),
  averageParameters: Float32Array.of(0.2, -1, 4),
  averageStatistics: Float32Array.of(0.4, 2),
  results: {
    teacher: { parameters: Float32Array.of(5, 4, 3), statistics: Float32Array.of(2) },
    float: { parameters: Float32Array.of(9, 8), statistics: Float32Array.of(7, 6) },
  },
  log: [{ phase: "float", epoch: 1, loss: 0.7, trainAccuracy: 0.8, heldOutAccuracy: 0.75, seconds: 3 }],
};

describe("checkpoint", () => {
  const folder = temporaryFolder();
  beforeEach(() => removeCheckpoint(folder()));

  it("comes back as it was written, to the last bit", () => {
    writeCheckpoint(folder(), state, owner);
    expect(readCheckpoint(folder(), owner)).to.deep.equal(state);
  });

  it("comes back without results where no phase is over", () => {
    const young: TrainState = { ...state, phase: "float", results: {} };
    writeCheckpoint(folder(), young, owner);
    expect(readCheckpoint(folder(), owner)).to.deep.equal(young);
  });

  it("is undefined where there is none", () => {
    expect(readCheckpoint(folder(), owner)).to.equal(undefined);
  });

  it("is refused by another recipe, by other images and by another engine", () => {
    writeCheckpoint(folder(), state, owner);
    const other = (change: object) =>
      expectNasError("NAS_TRAIN_CHECKPOINT", () => readCheckpoint(folder(), { ...owner, ...change }));
    expect(other({ recipeHash: "x" }).message).to.match(/another recipe/);
    expect(other({ dataSha256: "x" }).message).to.match(/another set of training images/);
    const engine = other({ engine: "wasm" });
    expect(engine.message).to.match(/was begun on the engine tfjs-node, this is wasm/);
    expect(engine.hint).to.match(/NAS4CIM_ENGINE=tfjs-node/);
  });

  it("is refused where the file is cut, foreign or lacks a tensor", () => {
    writeCheckpoint(folder(), state, owner);
    const path = checkpointPath(folder());
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length - 4));
    expect(expectNasError("NAS_TRAIN_CHECKPOINT", () => readCheckpoint(folder(), owner)).message).to.match(/truncated/);
    writeFileSync(path, "not a checkpoint");
    expectNasError("NAS_TRAIN_CHECKPOINT", () => readCheckpoint(folder(), owner));
    writeFileSync(path, Buffer.from(bytes.toString("latin1").replace('"momentum"', '"momentun"'), "latin1"));
    const lacking = expectNasError("NAS_TRAIN_CHECKPOINT", () => readCheckpoint(folder(), owner));
    expect(lacking.message).to.match(/tensor "momentum" is missing/);
  });
});
