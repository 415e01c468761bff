import { hashJson } from "../base/hash.js";

/**
 * All that decides a run's codes, by content and not by place: hashes are SHA-256, lower-case hex. Two runs of equal
 * contents on simulated macros give equal results, on any machine and in any folder.
 */
export interface RunContents {
  /** Over network.json and weights.safetensors. */
  network: string;
  /** Over pixels and labels of the run's images, and of the training images that its ADC steps are chosen on. */
  images: string;
  adcStepImages: string;
  /** Of all simulated randomness. */
  seed: number;
  /** Layers that ran on the subject, where not all did; the others ran on the reference. */
  onSubject?: readonly string[];
  /** Present where ADC offsets are taken out of the sums. */
  offsetCorrection?: boolean;
  /** Present where further chips of the subject's calibration are run. */
  population?: { chips: number; writings: number };
  subject: MacroContents;
  reference: MacroContents;
}

/** What decides one macro's codes, as far as files and settings do. */
export interface MacroContents {
  /** The driver's id, as it says itself. */
  driver: string;
  /** Its code: name and version of its package, or "sha256 …" of its files where it was given by a path. */
  code: string;
  /** Over the options that can change codes, by their values. */
  options: string;
  /** Over files that decide codes: "calibration", and options that name a file. */
  files: Record<string, string>;
}

/**
 * One hash over what a run is asked to do: its contents, but not which version of a driver does it. Equal jobs should have
 * equal results; where they have not, a version, a chip's noise or a defect is at work.
 */
export function jobHashOf(contents: RunContents): string {
  return hashJson({ ...contents, subject: withoutCode(contents.subject), reference: withoutCode(contents.reference) });
}

function withoutCode({ driver, options, files }: MacroContents): Omit<MacroContents, "code"> {
  return { driver, options, files };
}

/** One part of a run's contents that is another by now. */
export interface ContentChange {
  /** As a person names it: "network", "subject's calibration". */
  what: string;
  then?: string;
  now?: string;
}

/** What of a run's contents changed, in reading order; empty where all is the same. */
export function contentChanges(then: RunContents, now: RunContents): ContentChange[] {
  const before = namedContents(then);
  const after = namedContents(now);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((what) =>
    before.get(what) === after.get(what) ? [] : [{ what, then: before.get(what), now: after.get(what) }],
  );
}

/** Every part of a run's contents by a person's name for it. */
export function namedContents({
  network,
  images,
  adcStepImages,
  seed,
  onSubject,
  offsetCorrection = false,
  population,
  subject,
  reference,
}: RunContents): Map<string, string> {
  const named = new Map([
    ["network", network],
    ["images", images],
    ["training images that choose the ADC steps", adcStepImages],
    ["seed", String(seed)],
    ...(onSubject === undefined ? [] : [["layers on the subject", onSubject.join(", ")] as const]),
    ["correction of ADC offsets", offsetCorrection ? "yes" : "no"],
    ["number of chips", population ? `${population.chips}, each written ${population.writings} times` : "1"],
  ]);
  for (const [role, macro] of Object.entries({ subject, reference })) {
    named.set(`${role}'s driver`, `${macro.driver}, ${macro.code}`);
    named.set(`${role}'s options`, macro.options);
    for (const [file, hash] of Object.entries(macro.files)) named.set(`${role}'s ${file}`, hash);
  }
  return named;
}
