import { isaacUnit } from "../../src/cost/hardware.js";
import { prepareCostModel } from "../../src/cost/evaluate.js";
import { profiles } from "../../src/cost/profile.js";
import type { SearchDocument, StoredSearch } from "../../src/record/search.js";
import { costCandidate } from "../../src/search/cost-candidates.js";
import type { SearchSettings } from "../../src/search/search-settings.js";
import { reselect } from "../../src/search/reselect.js";
import { assembleCandidates } from "../../src/search/significance/assemble.js";
import { objectives } from "../../src/search/significance/objective.js";
import { softmax } from "../../src/search/significance/significance.js";
import { networkOfChoice, operatorWords } from "../../src/search/space/choices.js";
import { searchSpace } from "../../src/search/space/presets.js";
import { defaultSupernet } from "../../src/search/supernet/supernet-settings.js";

const space = searchSpace("fashion-mnist");

export const sampleSearchSettings: SearchSettings = {
  space,
  dataset: "fashion-mnist",
  supernet: defaultSupernet,
  candidates: 60,
  top: 10,
  metric: "edp",
  hardware: isaacUnit,
  profile: "mnsim-2.0",
  schedule: "pipelined",
  precision: { activationBits: 4, weightBits: 4 },
};

/** A finished search whose stages like larger operators better, all else by the search's own code. */
export function sampleSearchDocument(more: Partial<StoredSearch> = {}): SearchDocument {
  const settings = sampleSearchSettings;
  const words = operatorWords(space);
  const sharesAt = (sharpness: number, stage: number) => [
    softmax(words.map((_, place) => sharpness * Math.sin(place / 2 + stage / 3))),
  ];
  const stages = [0, 1, 2].map((stage) => ({
    shares: sharesAt(1, stage),
    snapshots: [0.25, 0.5, 1].map((sharpness, place) => ({
      step: 10 * (place + 1),
      taskLoss: 1,
      distillationLoss: 1,
      coefficientLoss: 1,
      accuracy: 0.8,
      shares: sharesAt(sharpness, stage),
    })),
  }));
  const model = prepareCostModel(settings.hardware, profiles[settings.profile], settings.schedule);
  const task = stages.flatMap(({ shares }) => shares);
  const candidates = assembleCandidates(task, settings.candidates, (choice) => networkOfChoice(space, choice)).map(
    (candidate, place) => costCandidate(space, candidate, place, model, settings.precision),
  );
  const search: StoredSearch = {
    id: "20260102-030405-srch",
    status: "done",
    space: space.name,
    dataset: "fashion-mnist",
    seed: 1,
    settings: { settings, teacherFolder: "/teacher" },
    settingsHash: "a".repeat(64),
    teacherHash: "b".repeat(64),
    dataFingerprint: "c".repeat(64),
    versions: { nas4cim: "0.1.0" },
    startedAt: "2026-01-02T03:04:05.000Z",
    stagesDone: 3,
    candidates: candidates.length,
    ...more,
  };
  const document: SearchDocument = { format: "nas4cim-search", version: 1, search, stages, candidates, selections: [] };
  const selections = (["accuracy", "edp"] as const).map((objective) =>
    reselect({ ...document, search: { ...search, status: "done" } }, { objective, weights: objectives[objective] }),
  );
  return { ...document, selections };
}
