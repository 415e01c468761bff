import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { packageRoot } from "../../src/base/paths.js";
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
  });
}
