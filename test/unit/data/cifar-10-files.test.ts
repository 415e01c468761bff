import { expect } from "chai";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { cifarBatches, readCifar10 } from "../../../src/data/cifar-10-files.js";
import { itWithCifarPrefix } from "../../support/cifar-10.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("readCifar10", () => {
  const folder = temporaryFolder();
  let folders = 0;

  function folderWith(files: { name: string; data: Uint8Array }[]): string {
    const path = join(folder(), `${folders++}`);
    mkdirSync(path);
    for (const { name, data } of files) writeFileSync(join(path, basename(name)), data);
    return path;
  }

  it("finds nothing in an empty folder, and names the batches that are missing", () => {
    expect(readCifar10(folderWith([]), "test", "config")).to.equal(undefined);
    const one = folderWith([{ name: "data_batch_3.bin", data: new Uint8Array(3073) }]);
    const error = expectNasError("NAS_DATA_NOT_FOUND", () => readCifar10(one, "train", "config"));
    expect(error.message).to.include("data_batch_1.bin, data_batch_2.bin, data_batch_4.bin, data_batch_5.bin");
  });

  it("refuses whole records that no known copy has, naming both hashes", () => {
    const foreign = folderWith([{ name: "test_batch.bin", data: new Uint8Array(3073) }]);
    const error = expectNasError("NAS_DATA_HASH", () => readCifar10(foreign, "test", "config"));
    expect(error.message)
      .to.include("67eb016db431130d61cd03c7ad570b013799c88c")
      .and.match(/SHA-1 [0-9a-f]{40}/);
  });

  it("refuses a batch larger than the official one before reading it", () => {
    const large = folderWith([{ name: "test_batch.bin", data: new Uint8Array(33 * 1024 * 1024) }]);
    expectNasError("NAS_DATA_MALFORMED", () => readCifar10(large, "test", "config"));
  });

  itWithCifarPrefix("reads the exact prefix with its caveat and the official places", (batches) => {
    const path = folderWith(batches);
    const test = readCifar10(path, "test", "config")!;
    expect(test.count).to.equal(1017);
    // The well-known beginning of the test batch: cat, ship, ship, airplane, frog.
    expect(Array.from(test.labels.subarray(0, 5))).to.deep.equal([3, 8, 8, 0, 6]);
    expect(test.source.officialCount).to.equal(10_000);
    expect(test.source.caveat).to.equal("1,017 of the 10,000 official test images: the first 1,017 of each batch");

    const train = readCifar10(path, "train", "config")!;
    expect(train.count).to.equal(5 * 1017);
    expect(Array.from(train.officialIndex.subarray(1016, 1019))).to.deep.equal([1016, 10_000, 10_001]);
    const third = batches.find(({ name }) => name.endsWith("data_batch_3.bin"))!.data;
    expect(train.labels[2 * 1017]).to.equal(third[0]);
    expect(train.pixels[2 * 1017 * 3072 + 2], "blue of the first pixel").to.equal(third[1 + 2 * 1024]);
  });

  itWithCifarPrefix("refuses a prefix with one bit changed, and one with a record cut", (batches) => {
    const batch = batches.find(({ name }) => name.endsWith(cifarBatches.test[0]))!;
    const changed = Uint8Array.from(batch.data);
    changed[100_000] ^= 1;
    const folderChanged = folderWith([{ name: batch.name, data: changed }]);
    expectNasError("NAS_DATA_HASH", () => readCifar10(folderChanged, "test", "config"));
    const folderCut = folderWith([{ name: batch.name, data: batch.data.subarray(0, 3_000_000) }]);
    expectNasError("NAS_DATA_MALFORMED", () => readCifar10(folderCut, "test", "config"));
  });
});
