import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { packageRoot } from "../../src/base/paths.js";
import { readCifar10 } from "../../src/data/cifar-10-files.js";
import { type DataFile, readDataFile } from "../../src/data/data-file.js";
import { type TarEntry, tarEntries } from "../../src/data/tar.js";

const archiveName = "cifar-10-exact-prefix.tar.gz";

/**
 * A test that needs the first 1,017 records of every CIFAR-10 batch (cifar-10-exact-prefix.tar.gz in `NAS4CIM_DATA`,
 * else in shared/data beside the repository): pending, with the cure in its title, where they are not there.
 */
export function itWithCifarPrefix(
  title: string,
  body: (batches: TarEntry[], archive: DataFile) => void | Promise<void>,
  timeoutMs = 10_000,
): void {
  const folders = [process.env.NAS4CIM_DATA, resolve(packageRoot(), "../shared/data")].filter(
    (one) => one !== undefined,
  );
  const path = folders.map((folder) => join(folder, archiveName)).find(existsSync);
  if (path === undefined) {
    it.skip(`${title} (pending: set NAS4CIM_DATA to a folder with ${archiveName})`);
    return;
  }
  it(title, () => {
    const archive = readDataFile(path, 32 * 1024 * 1024);
    return body([...tarEntries(archive.content, path)], archive);
  }).timeout(timeoutMs);
}

/** Writes the archive's batches into a folder, where a data set is read from. */
export function writeBatches(batches: readonly TarEntry[], folder: string): void {
  for (const { name, data } of batches) writeFileSync(join(folder, name.split("/").at(-1)!), data);
}

/** What a pending test tells to do. */
export const cifarHint = "set NAS4CIM_DATA to a folder with the official CIFAR-10 binary version, unpacked";

/** The folder in NAS4CIM_DATA, or below it, with the official test_batch.bin; undefined where there is none. */
export function cifarFolder(): string | undefined {
  const root = process.env.NAS4CIM_DATA;
  if (root === undefined) return undefined;
  const folders = [root, join(root, "cifar-10-batches-bin"), join(root, "cifar-10", "cifar-10-batches-bin")];
  return folders.find((folder) => {
    const images = readCifar10(folder, "test", "environment");
    return images !== undefined && images.source.caveat === undefined;
  });
}
