import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { writeFileAtomic } from "../../base/atomic-file.js";
import { hashJson } from "../../base/hash.js";
import type { JobContext } from "../../base/progress.js";
import { openMacro } from "../../run/open-macro.js";
import type { ChipSettings } from "../search-settings.js";
import { type ChipJob, lossPoints, measureChip, type OperatorLoss } from "./measure-chip.js";

/** What was measured so far, for a search that goes on. */
interface KeptLosses {
  owner: string;
  losses: Record<string, OperatorLoss>;
}

/**
 * Measures all operators on the bench's macro; each one's counts are kept in the search's folder as soon as they are there.
 * @returns points of accuracy lost: [layers][operators]
 */
export async function chipLossPoints(
  { subject: subjectChoice, reference: referenceChoice, seed }: ChipSettings,
  job: Pick<ChipJob, "engine" | "space" | "teacher" | "trained" | "images">,
  folder: string,
  context: JobContext,
): Promise<number[][]> {
  const path = join(folder, "chip-losses.json");
  const owner = hashJson({
    subjectChoice,
    referenceChoice,
    seed,
    images: job.images.fingerprint,
    teacher: job.teacher.hash,
  });
  const kept = readKept(path, owner);
  const simulation = { seed, threads: availableParallelism() };
  await using reference = await openMacro(referenceChoice, simulation, context);
  await using subject = await openMacro(subjectChoice, simulation, context);
  const rows = await measureChip(
    {
      ...job,
      macros: { subject, reference },
      threads: simulation.threads,
      kept: new Map(Object.entries(kept.losses)),
      save: (key, loss) => {
        kept.losses[key] = loss;
        writeFileAtomic(path, JSON.stringify(kept));
      },
    },
    context,
  );
  return lossPoints(rows);
}

/** Another macro's or other images' measurements are no part of this search. */
function readKept(path: string, owner: string): KeptLosses {
  if (existsSync(path)) {
    const found = JSON.parse(readFileSync(path, "utf8")) as KeptLosses;
    if (found.owner === owner) return found;
  }
  return { owner, losses: {} };
}
