import { toCostLayers } from "../../cost/cost-layer.js";
import { networkCost, prepareCostModel } from "../../cost/evaluate.js";
import { profiles } from "../../cost/profile.js";
import type { SearchCandidate, SearchDocument } from "../../record/search.js";
import type { SearchPoint, SearchTrajectory, SearchView, SearchVoice } from "../../report/search-view.js";
import { reselect, storedSignificances } from "../reselect.js";
import { configurationOf } from "../search-configuration.js";
import type { SearchSettings } from "../search-settings.js";
import type { Selection } from "../select.js";
import { meanTau } from "../significance/kendall.js";
import type { Significance } from "../significance/significance.js";
import { genotypeOfChoice, operatorWords } from "../space/choices.js";
import { toGraph } from "../space/to-graph.js";
import type { Snapshot } from "../supernet/stage-checkpoint.js";

/** A stage as the store keeps it. */
interface StoredStage {
  shares: Significance;
  snapshots: Snapshot[];
}

/**
 * A finished search as its report shows it; `others`: searches of the same store, of which those that differ in the seed
 * alone tell how stable the shares are.
 * @throws NAS_SEARCH_SETTINGS where it is not done
 */
export function searchView(document: SearchDocument, others: readonly SearchDocument[] = []): SearchView {
  const { search } = document;
  const { settings } = configurationOf(search);
  const { task, hardware } = storedSignificances(document);
  const selections = document.selections as Selection[];
  return {
    id: search.id,
    startedAt: search.startedAt,
    title: settings.space.title,
    operators: operatorWords(settings.space),
    voices: voicesOf(settings, task, hardware, selections),
    trajectories: trajectoriesOf(settings, document.stages as StoredStage[]),
    candidates: pointsOf(settings, document.candidates),
    failures: document.candidates.flatMap(({ network, failure }) =>
      failure ? [{ network, message: failure.message }] : [],
    ),
    selections: selections.map(({ objective, chosen }) => ({ objective, network: chosen.network })),
    stability: stabilityOf(document, settings, selections),
    seeds: seedsOf(document, task, others),
    facts: factsOf(document, settings),
    versions: search.versions,
  };
}

function voicesOf(
  settings: SearchSettings,
  task: Significance,
  hardware: Significance,
  selections: readonly Selection[],
): SearchVoice[] {
  const measured = `frequency among the ${settings.top} candidates of least ${settings.metric}, of ${settings.candidates}`;
  return [
    { name: "Task", explanation: "Softmax of the supernet's coefficients.", rows: task },
    { name: "Hardware", explanation: `Of whole networks: ${measured}.`, rows: hardware },
    ...selections.map(({ objective, weights, fused }) => ({
      name: `Fused for ${objective}`,
      explanation: `Weights: task ${weights.task}, hardware ${weights.hardware}, chip ${weights.chip}; each row was first brought to 0 … 1.`,
      rows: fused,
    })),
  ];
}

function trajectoriesOf({ space }: SearchSettings, stages: readonly StoredStage[]): SearchTrajectory[] {
  const operators = operatorWords(space);
  return stages.flatMap(({ snapshots }, stage) =>
    Array.from({ length: space.layersPerStage }, (_, layer) => ({
      layer: space.layersPerStage === 1 ? `stage ${stage + 1}` : `stage ${stage + 1}, layer ${layer + 1}`,
      steps: snapshots.map(({ step }) => step),
      shares: operators.map((__, operator) => snapshots.map(({ shares }) => shares[layer][operator])),
    })),
  );
}

function pointsOf(settings: SearchSettings, candidates: readonly SearchCandidate[]): SearchPoint[] {
  const model = prepareCostModel(settings.hardware, profiles[settings.profile], settings.schedule);
  return candidates.flatMap((candidate) => {
    const { place, network, choice, score, edp, latencyMs, energyMillijoule, parameters, macs } = candidate;
    if (edp === undefined) return [];
    const graph = toGraph(settings.space, genotypeOfChoice(settings.space, choice));
    const { layers } = networkCost(toCostLayers(graph, settings.precision), model);
    return [
      {
        place,
        network,
        score,
        edp,
        latencyMs: latencyMs!,
        energyMillijoule: energyMillijoule!,
        parameters: parameters!,
        macs: macs!,
        layers: layers.map(({ layer, total, busyNs, mapping }) => ({
          id: layer.id,
          energyMillijoule: total.energyNj / 1e6,
          latencyMs: busyNs / 1e6,
          tiles: mapping.tiles,
        })),
      },
    ];
  });
}

/** What would be chosen with a quarter, half, twice and four times the search's K, as far as there are candidates. */
function stabilityOf(
  document: SearchDocument,
  { top }: SearchSettings,
  selections: readonly Selection[],
): SearchView["stability"] {
  const costed = document.candidates.filter(({ failure }) => failure === undefined).length;
  const tops = [
    ...new Set([top / 4, top / 2, top, 2 * top, 4 * top].map((one) => Math.max(1, Math.round(one)))),
  ].filter((one) => one <= costed);
  const withoutChip = selections.filter(({ weights }) => weights.chip === 0);
  const rows = withoutChip.map(({ objective, weights, metric }) => ({
    objective,
    networks: tops.map((one) => reselect(document, { objective, weights, metric, top: one }).chosen.network),
  }));
  return { tops, rows };
}

function seedsOf(
  { search }: SearchDocument,
  task: Significance,
  others: readonly SearchDocument[],
): SearchView["seeds"] {
  const settingsText = JSON.stringify(configurationOf(search).settings);
  return others
    .filter(
      (other) =>
        other.search.id !== search.id &&
        other.search.status === "done" &&
        other.search.seed !== search.seed &&
        other.search.teacherHash === search.teacherHash &&
        JSON.stringify(configurationOf(other.search).settings) === settingsText,
    )
    .map((other) => ({
      searchId: other.search.id,
      seed: other.search.seed,
      tau: meanTau(task, storedSignificances(other).task),
    }));
}

function factsOf({ search }: SearchDocument, settings: SearchSettings): SearchView["facts"] {
  const { hardware, profile, schedule, precision, supernet } = settings;
  return [
    ["Search", `${search.id}, started ${search.startedAt}`],
    ["Space", settings.space.name],
    [
      "Images",
      `${supernet.images} training images of ${settings.dataset}, ${supernet.heldOut} others held out; ${search.dataFingerprint}`,
    ],
    ["Teacher", search.teacherHash],
    ["Seed", String(search.seed)],
    [
      "Supernet",
      Object.entries(supernet)
        .map(([name, value]) => `${name} ${value}`)
        .join(", "),
    ],
    [
      "Hardware",
      `${hardware.name}, ${profile}, ${schedule}, activations of ${precision.activationBits} and weights of ${precision.weightBits} bits`,
    ],
    [
      "Versions",
      Object.entries(search.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
    ],
  ];
}
