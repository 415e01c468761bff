import { readdirSync } from "node:fs";
import { join } from "node:path";
import { NasError, throwIfAborted } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { decodePicture, loadDecoder } from "./decode-picture.js";
import { fingerprintOf } from "./fingerprint.js";
import type { FolderDataset, LabelledImages, Split } from "./labelled-images.js";

/** Side of the images where the network does not say, as ImageNet networks take them. */
const usualSide = 224;

/** Names of the folders of each split, in the order in which they are looked for. */
const splitFolders: Readonly<Record<Split, readonly string[]>> = {
  train: ["train"],
  test: ["test", "val", "validation"],
};

const pictureName = /\.(jpe?g|png)$/i;
const mostClasses = 65_536;
/** All images are held in memory. */
const mostBytes = 2 ** 31;

/** Pictures at a time: sharp decodes in threads of its own. */
const atOnce = 8;

/**
 * Reads one split of a folder of pictures: `<folder>/train/<class>/*.jpg` and `<folder>/test` (or `val`, `validation`) alike. A
 * class is a folder; they are numbered by name, over both splits. Each picture becomes side × side × 3 bytes, see decodePicture.
 * @throws NAS_DATA_NOT_FOUND where folder, split or pictures are missing; NAS_DATA_MALFORMED for a broken picture;
 *   NAS_DATA_SELECTION where they are more than memory should hold; NAS_DATA_DECODER; NAS_INTERRUPTED
 */
export async function readImageFolder(
  { dataset, split, side = usualSide }: { dataset: FolderDataset; split: Split; side?: number },
  context: JobContext,
): Promise<LabelledImages> {
  const folder = dataset.slice("folder:".length);
  const classNames = [...new Set((["train", "test"] as const).flatMap((each) => classesOf(folder, each)))].sort();
  const root = splitFolder(folder, split);
  if (root === undefined) notFound(folder, `has no folder ${splitFolders[split].join(" or ")}`);
  if (classNames.length > mostClasses) tooMany(folder, `${classNames.length} classes`, `${mostClasses}`);
  const pictures = classNames.flatMap((name, label) =>
    entriesOf(join(root, name), "isFile")
      .filter((file) => pictureName.test(file))
      .map((file) => ({ file: join(root, name, file), label })),
  );
  const count = pictures.length;
  if (count === 0) notFound(root, "has no JPEG or PNG pictures in folders of classes");
  const bytes = side * side * 3;
  if (count * bytes > mostBytes) tooMany(folder, `${count} pictures`, `${Math.floor(mostBytes / bytes)} of this size`);

  const decode = await loadDecoder();
  const pixels = new Uint8Array(count * bytes);
  let next = 0;
  const work = async () => {
    while (next < count) {
      throwIfAborted(context.signal);
      const place = next++;
      pixels.set(await decodePicture(decode, pictures[place].file, side), place * bytes);
      context.progress?.({ label: `reading ${split} pictures`, done: place + 1, total: count, unit: "images" });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const numbers = pictures.map(({ label }) => label);
  const labels = classNames.length > 256 ? Uint16Array.from(numbers) : Uint8Array.from(numbers);
  return {
    dataset,
    split,
    count,
    height: side,
    width: side,
    channels: 3,
    classNames,
    pixels,
    labels,
    officialIndex: Uint32Array.from(pictures, (_, place) => place),
    fingerprint: fingerprintOf(pixels, labels),
    source: {
      kind: "config",
      location: root,
      officialCount: count,
      caveat: `pictures of a folder, their middle at ${side} × ${side}`,
    },
  };
}

function splitFolder(folder: string, split: Split): string | undefined {
  const there = entriesOf(folder, "isDirectory");
  const name = splitFolders[split].find((each) => there.includes(each));
  return name === undefined ? undefined : join(folder, name);
}

function classesOf(folder: string, split: Split): string[] {
  const root = splitFolder(folder, split);
  return root === undefined ? [] : entriesOf(root, "isDirectory");
}

/** Names in a folder, sorted by code unit, links followed by neither; none where it is missing. */
function entriesOf(folder: string, kind: "isFile" | "isDirectory"): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry[kind]())
      .map(({ name }) => name)
      .sort();
  } catch {
    // The caller tells what is missing.
    return [];
  }
}

function notFound(place: string, what: string): never {
  throw new NasError("NAS_DATA_NOT_FOUND", `${place} ${what}`, {
    hint: "give folder:PATH, with PATH/train/<class>/*.jpg and PATH/test/<class>/*.jpg (or val); PNG serves, too",
    context: { folder: place },
  });
}

function tooMany(folder: string, found: string, most: string): never {
  throw new NasError("NAS_DATA_SELECTION", `${folder} has ${found}; memory is to hold ${most} at most`, {
    hint: "give a folder with a part of them",
    context: { folder },
  });
}
