import { NasError } from "../../base/errors.js";
import { checkGenotype } from "./check-genotype.js";
import { type Genotype, isOperation, type Layer } from "./genotype.js";
import type { SearchSpace } from "./space.js";

/**
 * A genotype in one line: a bracket a stage, a word a layer; a word is the operation's letter in the space and the kernel,
 * then "m" and the inner channels where the space has a choice of them, or "-" for none: "[b3 - b3][c1][b5m48]".
 */
export function encodeGenotype(space: SearchSpace, genotype: Genotype): string {
  const letters = new Map(Object.entries(space.operations).map(([letter, name]) => [name, letter]));
  const word = (layer: Layer) => {
    if (!isOperation(layer)) return "-";
    return `${letters.get(layer.op)}${layer.kernel}${layer.channels === undefined ? "" : `m${layer.channels}`}`;
  };
  return genotype.stages.map((layers) => `[${layers.map(word).join(" ")}]`).join("");
}

/** Reads such a line. @throws NAS_SEARCH_GENOTYPE where it breaks the form or is no network of the space */
export function decodeGenotype(space: SearchSpace, text: string): Genotype {
  const trimmed = text.trim();
  if (!/^(\[[^[\]]*\]\s*)+$/.test(trimmed)) {
    refuse(space, `"${text}" is no genotype`, `write one bracket a stage, such as ${example(space)}`, { text });
  }
  const stages = [...trimmed.matchAll(/\[([^[\]]*)\]/g)].map(([, words]) =>
    words
      .split(/\s+/)
      .filter((word) => word !== "")
      .map((word) => readLayer(space, word)),
  );
  const genotype = { stages };
  checkGenotype(space, genotype);
  return genotype;
}

function readLayer(space: SearchSpace, word: string): Layer {
  if (word === "-") return { op: "none" };
  const [, letter, kernel, channels] = /^([a-z])([1-9]\d{0,3})(?:m([1-9]\d{0,5}))?$/.exec(word) ?? [];
  if (letter === undefined || !Object.hasOwn(space.operations, letter)) {
    const known = Object.entries(space.operations).map(([sign, name]) => `${sign} (${name})`);
    refuse(space, `"${word}" is no layer`, `write a letter and a kernel, or - for none; letters: ${known.join(", ")}`, {
      word,
    });
  }
  const op = space.operations[letter];
  return { op, kernel: Number(kernel), ...(channels === undefined ? {} : { channels: Number(channels) }) };
}

/** A genotype of the space with one layer a stage. */
function example(space: SearchSpace): string {
  const [letter] = Object.keys(space.operations);
  return space.stages.map(() => `[${letter}${space.kernels[0]}]`).join("");
}

function refuse(space: SearchSpace, why: string, hint: string, context: Record<string, unknown>): never {
  throw new NasError("NAS_SEARCH_GENOTYPE", `search space "${space.name}": ${why}`, {
    hint,
    context: { space: space.name, ...context },
  });
}
