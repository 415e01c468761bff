import { NasError } from "../../base/errors.js";
import { nearestName } from "../../base/nearest.js";
import type { FusionWeights } from "./fuse.js";

/** What a search is for, by name. The paper names the first three and leaves their weights open; docs/search.md has the ablation. */
export const objectives = {
  accuracy: { task: 0.8, hardware: 0.2, chip: 0 },
  edp: { task: 0.2, hardware: 0.8, chip: 0 },
  balanced: { task: 0.5, hardware: 0.5, chip: 0 },
} as const satisfies Record<string, FusionWeights>;

export type ObjectiveName = keyof typeof objectives;

/**
 * Reads an objective: a name, or "w=TASK,HARDWARE" or "w=TASK,HARDWARE,CHIP" with numbers from 0 on.
 * @throws NAS_SEARCH_OBJECTIVE
 */
export function readObjective(text: string): FusionWeights {
  if (Object.hasOwn(objectives, text)) return objectives[text as ObjectiveName];
  if (!text.startsWith("w")) return refuse(text, "is unknown", nearestHint(text));
  const numbers = /^w=(.+)$/.exec(text)?.[1].split(",") ?? [];
  if (numbers.length < 2 || numbers.length > 3) return refuse(text, "has no weights", form);
  if (!numbers.every((number) => /^\d*\.?\d+$/.test(number))) return refuse(text, "has a weight that is none", form);
  const [task, hardware, chip = 0] = numbers.map(Number);
  if (task + hardware + chip === 0) return refuse(text, "weighs nothing", "give one weight above 0");
  return { task, hardware, chip };
}

const form = "write w=TASK,HARDWARE or w=TASK,HARDWARE,CHIP, for example w=0.6,0.3,0.1";

function nearestHint(text: string): string {
  const names = Object.keys(objectives);
  const nearest = nearestName(text, names);
  return nearest === undefined
    ? `known: ${names.join(", ")}, and w=TASK,HARDWARE[,CHIP]`
    : `did you mean "${nearest}"?`;
}

function refuse(text: string, why: string, hint: string): never {
  throw new NasError("NAS_SEARCH_OBJECTIVE", `the objective "${text}" ${why}`, { hint, context: { objective: text } });
}
