import { join } from "node:path";
import { isNasError, messageOf, NasError } from "../base/errors.js";
import { hashJson } from "../base/hash.js";
import { packageVersion } from "../base/paths.js";
import type { JobContext } from "../base/progress.js";
import { prepareCostModel } from "../cost/evaluate.js";
import { profiles } from "../cost/profile.js";
import type { LabelledImages } from "../data/labelled-images.js";
import { loadDataset } from "../data/load-dataset.js";
import { loadTensorflow, type Tensorflow } from "../engine/tensorflow.js";
import { readNetwork, type StoredNetwork } from "../network/read-network.js";
import type { StoredSearch } from "../record/search.js";
import { openStore, type RecordStore } from "../store/store.js";
import { chipLossPoints } from "./chip/chip-loss-points.js";
import { measuredImages, searchImages } from "./search-images.js";
import { type SearchFindings, searchNetworks } from "./search.js";
import { configurationOf, type SearchConfiguration } from "./search-configuration.js";
import { checkSettings, type SearchSettings } from "./search-settings.js";
import type { SelectionRequest } from "./select.js";
import { chipSignificance } from "./significance/chip-losses.js";
import type { TrainedStage } from "./supernet/train-stage.js";
import { cutTeacher } from "./supernet/teacher-stages.js";
import type { SearchSpace } from "./space/space.js";
import { trainSupernet } from "./supernet/train-supernet.js";

/** What a person asks of a search. */
export interface SearchRequest {
  storeFolder: string;
  settings: SearchSettings;
  seed: number;
  teacherFolder: string;
  /** Folder of the data set; without it, it is looked for as everywhere else. */
  dataPath?: string;
  objectives: readonly SelectionRequest[];
  /** Bytes that the teacher's maps may take on disk. */
  cacheBytes: number;
}

export interface SearchOutcome extends SearchFindings {
  searchId: string;
  space: SearchSpace;
  /** Where its images came from, if that was said. */
  dataPath?: string;
}

/** The search with this id is gone on with; `objectives` may be others. */
export interface ResumeRequest extends Pick<SearchRequest, "storeFolder" | "objectives" | "cacheBytes"> {
  resume: string;
}

/**
 * Searches, and keeps everything finished in the store at once: a search that stops, however it stops, is resumed under its
 * id and ends with the same bytes. The order itself stands in search.ts; this is what surrounds it.
 * @throws NAS_SEARCH_SETTINGS, NAS_SEARCH_TEACHER, NAS_SEARCH_OBJECTIVE before anything is spent; NAS_SEARCH_RESUME where
 * teacher, images or code changed under a resumed search; NAS_INTERRUPTED with context.searchId where the signal fires
 */
export async function runSearch(request: SearchRequest | ResumeRequest, context: JobContext): Promise<SearchOutcome> {
  using store = openStore(request.storeFolder);
  const resumed = "resume" in request ? store.searches.claim(request.resume) : undefined;
  let searchId = resumed?.id;
  try {
    const start = resumed === undefined ? (request as SearchRequest) : startOf(resumed);
    const inputs = await loadInputs(start, context);
    if (resumed !== undefined) refuseChanges(resumed, inputs);
    searchId ??= createSearch(store, start, inputs);
    context.log?.(`search ${searchId}: ${start.settings.space.name}, ${inputs.images.count} images`);
    const findings = await searchNetworks(
      workOf(store, searchId, start, inputs, request.cacheBytes),
      request.objectives,
      context,
    );
    for (const selection of findings.selections) store.searches.saveSelection(searchId, selection);
    store.searches.setStatus(searchId, "done");
    const { settings, dataPath } = start;
    return { ...findings, searchId, space: settings.space, ...(dataPath === undefined ? {} : { dataPath }) };
  } catch (error) {
    throw searchId === undefined ? error : giveUp(store, searchId, error);
  }
}

/** The folder of a search's files. */
export function searchFolder(storeFolder: string, searchId: string): string {
  return join(storeFolder, searchId);
}

type SearchStart = Pick<SearchRequest, "settings" | "seed" | "teacherFolder" | "dataPath">;

function startOf(search: StoredSearch): SearchStart {
  return { ...configurationOf(search), seed: search.seed };
}

interface SearchInputs {
  engine: Tensorflow;
  teacher: StoredNetwork;
  images: LabelledImages;
  /** Where a chip is measured: what it is measured on. */
  measured: LabelledImages | undefined;
  versions: Record<string, string>;
}

/** Reads all there is to read and refuses what cannot work, before anything is spent. */
async function loadInputs(start: SearchStart, context: JobContext): Promise<SearchInputs> {
  const { settings, teacherFolder, dataPath: path } = start;
  checkSettings(settings);
  prepareCostModel(settings.hardware, profiles[settings.profile], settings.schedule);
  const teacher = readNetwork(teacherFolder);
  cutTeacher(teacher.description, settings.space);
  const side = teacher.description.input.height;
  const training = await loadDataset({ dataset: settings.dataset, split: "train", path, side }, context);
  if (training.source.caveat) context.log?.(`training images: ${training.source.caveat}`);
  const images = searchImages(training, settings.supernet);
  const { chip, supernet } = settings;
  const measured = chip && measuredImages(training, supernet.heldOut, chip.images);
  const engine = await loadTensorflow();
  if (engine.caveat) context.log?.(engine.caveat);
  const versions = { nas4cim: packageVersion(), node: process.version.slice(1), ...engine.versions };
  return { engine, teacher, images, measured, versions };
}

function createSearch(store: RecordStore, start: SearchStart, { teacher, images, versions }: SearchInputs): string {
  const { settings, seed, teacherFolder, dataPath } = start;
  const configuration: SearchConfiguration = {
    settings,
    teacherFolder,
    ...(dataPath === undefined ? {} : { dataPath }),
  };
  const { space, dataset } = settings;
  return store.searches.create({
    space: space.name,
    dataset,
    seed,
    settings: configuration,
    settingsHash: hashJson({ settings, seed }),
    teacherHash: teacher.hash,
    dataFingerprint: images.fingerprint,
    versions,
    startedAt: new Date().toISOString(),
  });
}

/** A search goes on with what it was begun with, or not at all: else its parts would not belong together. */
function refuseChanges(search: StoredSearch, { teacher, images, versions }: SearchInputs): void {
  const changed = [
    ["teacher", search.teacherHash, teacher.hash],
    ["images", search.dataFingerprint, images.fingerprint],
    ...Object.keys({ ...search.versions, ...versions }).map((name) => [name, search.versions[name], versions[name]]),
  ].find(([, begun, now]) => begun !== now);
  if (changed === undefined) return;
  const [what, begun, now] = changed;
  throw new NasError("NAS_SEARCH_RESUME", `search ${search.id} cannot go on: ${what} was ${begun} and is ${now}`, {
    hint: "bring back what changed, or start a new search",
    context: { searchId: search.id, what, begun, now },
  });
}

/** The stages of the search, each tied to its place in the store. */
function workOf(
  store: RecordStore,
  searchId: string,
  { settings, seed }: SearchStart,
  { engine, teacher, images, measured }: SearchInputs,
  cacheBytes: number,
) {
  const { searches, folder } = store;
  return {
    settings,
    model: prepareCostModel(settings.hardware, profiles[settings.profile], settings.schedule),
    trainSupernet: (context: JobContext) =>
      trainSupernet(
        {
          engine,
          space: settings.space,
          teacher,
          images,
          settings: settings.supernet,
          seed,
          folder: searchFolder(folder, searchId),
          owner: hashJson({
            settings,
            seed,
            teacher: teacher.hash,
            images: images.fingerprint,
            engine: engine.versions,
          }),
          cacheFolder: join(folder, "teacher-maps"),
          cacheBytes,
          onStage: (stage, { shares, snapshots }) => {
            searches.saveStage(searchId, stage, { shares, snapshots });
            context.log?.(`supernet: stage ${stage + 1} of ${settings.space.stages.length} done`);
          },
        },
        context,
      ),
    ledger: {
      kept: searches.candidates(searchId),
      save: (lines: Parameters<typeof searches.saveCandidates>[1]) => searches.saveCandidates(searchId, lines),
    },
    ...(settings.chip &&
      measured && {
        measureChip: async (trained: readonly TrainedStage[], context: JobContext) => {
          const job = { engine, space: settings.space, teacher, trained, images: measured };
          const points = await chipLossPoints(settings.chip!, job, searchFolder(folder, searchId), context);
          trained.forEach(({ shares, snapshots }, stage) => {
            const { layersPerStage } = settings.space;
            const own = points.slice(stage * layersPerStage, (stage + 1) * layersPerStage);
            searches.saveStage(searchId, stage, { shares, snapshots, chipLossPoints: own });
          });
          return chipSignificance(points);
        },
      }),
  };
}

/** Marks a search that stopped before its end, and says how to go on. */
function giveUp(store: RecordStore, searchId: string, error: unknown): unknown {
  const code = isNasError(error) ? error.code : undefined;
  if (code === "NAS_INTERRUPTED") {
    store.searches.setStatus(searchId, "interrupted", { code, message: "interrupted" });
    return new NasError("NAS_INTERRUPTED", `search ${searchId} was interrupted; what is done is kept`, {
      hint: `go on with: nas4cim search --resume ${searchId}`,
      context: { searchId },
      cause: error,
    });
  }
  store.searches.setStatus(searchId, "failed", { ...(code ? { code } : {}), message: messageOf(error) });
  return error;
}
