import { NasError } from "../../base/errors.js";
import { inputId } from "../../network/layer-graph.js";
import type { NetworkDescription, NetworkNode } from "../../network/network.js";
import type { Shape } from "../../network/shape.js";
import { isSameShape } from "../../network/shortcut.js";
import { inferShapes } from "../../network/shapes.js";
import { stageShapes } from "../space/stage-shapes.js";
import type { SearchSpace } from "../space/space.js";

/** A teacher cut where the space's stages are cut: T_1 … T_L of the paper, and what stands around them. */
export interface TeacherStages {
  /** Before the first stage, where the space has a stem; else none, and stage 1 takes the image. */
  stem: NetworkNode[];
  /** The nodes of each stage, the teacher's stem among the first stage's where the space has none. */
  stages: NetworkNode[][];
  /** Pooling and classifier. */
  head: NetworkNode[];
}

/**
 * Cuts a teacher: stage i ends at the last node whose map has the shape of the space's stage i and which all later nodes
 * depend on alone, so that a module of the same shapes can stand in its place.
 * @throws NAS_SEARCH_TEACHER where the input, the classes or a stage of the teacher do not fit the space
 */
export function cutTeacher(
  teacher: Pick<NetworkDescription, "name" | "input" | "nodes">,
  space: SearchSpace,
): TeacherStages {
  const { nodes } = teacher;
  const { input, outputs } = stageShapes(space);
  const shapes = inferShapes(teacher);
  if (!isSameShape(teacher.input, space.input)) {
    refuse(teacher.name, space, `takes ${text(teacher.input)} images`, `the space's are ${text(space.input)}`);
  }
  const last = nodes.at(-1)!;
  if (last.op !== "fc" || last.outFeatures !== space.classes) {
    refuse(
      teacher.name,
      space,
      `does not tell ${space.classes} classes apart`,
      "take a teacher of the space's data set",
    );
  }
  const cuts = nodes.flatMap((node, place) => (isCut(nodes, place) ? [{ place, shape: shapes.get(node.id)! }] : []));
  let begin = 0;
  const upTo = (wanted: Shape, which: "first" | "last", name: string): NetworkNode[] => {
    const fitting = cuts.filter(({ place, shape }) => place >= begin && isSameShape(shape, wanted));
    const cut = which === "first" ? fitting[0] : fitting.at(-1);
    if (cut === undefined) {
      const found = cuts.filter(({ place }) => place >= begin).map(({ shape }) => text(shape));
      const there = found.length === 0 ? "nothing" : [...new Set(found)].join(", ");
      return refuse(
        teacher.name,
        space,
        `has no ${name} that gives ${text(wanted)}`,
        `from there on it gives ${there}`,
      );
    }
    const part = nodes.slice(begin, cut.place + 1);
    begin = cut.place + 1;
    return part;
  };
  const stem = space.stem === null ? [] : upTo(input, "first", "stem");
  const stages = outputs.map((wanted, stage) => upTo(wanted, "last", `stage ${stage + 1}`));
  return { stem, stages, head: nodes.slice(begin) };
}

/** Whether all later nodes read this node or one behind it: then nothing but its map crosses the cut behind it. */
function isCut(nodes: readonly NetworkNode[], place: number): boolean {
  const before = new Set([inputId, ...nodes.slice(0, place).map(({ id }) => id)]);
  return nodes.slice(place + 1).every(({ inputs }) => inputs.every((id) => !before.has(id)));
}

function text({ height, width, channels }: Shape): string {
  return `${height}×${width}×${channels}`;
}

function refuse(teacher: string, space: SearchSpace, why: string, hint: string): never {
  throw new NasError(
    "NAS_SEARCH_TEACHER",
    `the teacher "${teacher}" does not fit search space "${space.name}": it ${why}`,
    {
      hint,
      context: { teacher, space: space.name },
    },
  );
}
