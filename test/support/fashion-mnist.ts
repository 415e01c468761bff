import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { packageRoot } from "../../src/base/paths.js";

const testImages = "t10k-images-idx3-ubyte.gz";

/**
 * The folder with the official Fashion-MNIST files: `NAS4CIM_DATA` (or its folder fashion-mnist), else
 * shared/data/fashion-mnist beside the repository; undefined where neither holds them, so that a test can be pending.
 */
export function fashionMnistFolder(): string | undefined {
  const roots = [process.env.NAS4CIM_DATA, resolve(packageRoot(), "../shared/data")];
  return roots
    .filter((root) => root !== undefined)
    .flatMap((root) => [root, join(root, "fashion-mnist")])
    .find((folder) => existsSync(join(folder, testImages)));
}

/** What a pending test tells to do. */
export const fashionMnistHint = "set NAS4CIM_DATA to a folder with the four official Fashion-MNIST files";

/** A test that needs the official files: pending, with the cure in its title, where they are not there. */
export function itWithFashionMnist(title: string, body: (folder: string) => void | Promise<void>): void {
  const folder = fashionMnistFolder();
  if (folder === undefined) it.skip(`${title} (pending: ${fashionMnistHint})`);
  else it(title, () => body(folder));
}
