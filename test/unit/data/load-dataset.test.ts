import { expect } from "chai";
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NasError } from "../../../src/base/errors.js";
import { cacheSource, type DatasetSource } from "../../../src/data/dataset-sources.js";
import { archivePath } from "../../../src/data/cache.js";
import { writeImageArchive } from "../../../src/data/image-archive.js";
import type { LabelledImages } from "../../../src/data/labelled-images.js";
import { loadDataset, loadFrom } from "../../../src/data/load-dataset.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { makeImages } from "../../support/labelled-images.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const request = { dataset: "fashion-mnist", split: "test" } as const;
const images = makeImages([1, 2, 3]);

function source(name: string, outcome: LabelledImages | string | Error, chosen = false): DatasetSource {
  return {
    name,
    chosen,
    load: async () => {
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  };
}

const hashError = new NasError("NAS_DATA_HASH", "another file", { hint: "-" });
const downloadError = new NasError("NAS_DATA_DOWNLOAD", "no network", { hint: "-" });

describe("loadFrom", () => {
  it("takes the first source that has the images and logs what failed before", async () => {
    const log: string[] = [];
    const never = source("never asked", new Error("asked"));
    const sources = [source("the cache", "nothing"), source("download", downloadError), source("npm", images), never];
    expect(await loadFrom(sources, request, { log: (line) => log.push(line) })).to.equal(images);
    expect(log).to.deep.equal(["Fashion-MNIST: no network"]);
  });

  it("goes on after a broken copy of its own, but not after one that a person chose", async () => {
    expect(await loadFrom([source("the cache", hashError), source("npm", images)], request, {})).to.equal(images);
    const chosen = loadFrom([source("NAS4CIM_DATA", hashError, true), source("npm", images)], request, {});
    expect(await expectNasRejection("NAS_DATA_HASH", chosen)).to.equal(hashError);
  });

  it("tells every source and what it said where none has the images", async () => {
    const sources = [
      source("NAS4CIM_DATA", "there is no folder x", true),
      source("the cache", "nothing in y"),
      source("download", downloadError),
    ];
    const error = await expectNasRejection("NAS_DATA_NOT_FOUND", loadFrom(sources, request, {}));
    expect(error.message).to.equal(
      "the test split of Fashion-MNIST was found nowhere. Tried:" +
        "\n  - NAS4CIM_DATA: there is no folder x\n  - the cache: nothing in y\n  - download: no network",
    );
    expect(error.hint).to.include("NAS4CIM_DATA");
    expect(error.context.tried).to.have.length(3);
  });

  it("stops at an interruption and at a defect", async () => {
    const controller = new AbortController();
    controller.abort();
    await expectNasRejection(
      "NAS_INTERRUPTED",
      loadFrom([source("npm", images)], request, { signal: controller.signal }),
    );
    const defect = new TypeError("a defect");
    let thrown: unknown;
    await loadFrom([source("x", defect), source("npm", images)], request, {}).catch(
      (error: unknown) => (thrown = error),
    );
    expect(thrown).to.equal(defect);
  });
});

describe("loadDataset", () => {
  const folder = temporaryFolder();
  const { NAS4CIM_DATA, NAS4CIM_CACHE } = process.env;

  afterEach(() => {
    for (const [name, value] of Object.entries({ NAS4CIM_DATA, NAS4CIM_CACHE })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  function emptyFolder(): string {
    return mkdtempSync(join(folder(), "sub-"));
  }

  it("refuses a data set that it does not know", async () => {
    const unknown = loadDataset({ dataset: "mnist" as "fashion-mnist", split: "test" }, {});
    await expectNasRejection("NAS_DATA_UNKNOWN", unknown);
  });

  it("looks nowhere else where the request names a folder", async () => {
    const path = emptyFolder();
    const error = await expectNasRejection("NAS_DATA_NOT_FOUND", loadDataset({ ...request, path }, {}));
    expect(error.context.tried).to.deep.equal([
      { source: "the config", said: `${path} has no files of the test split` },
    ]);
    const nowhere = join(path, "nowhere");
    const missing = await expectNasRejection("NAS_DATA_NOT_FOUND", loadDataset({ ...request, path: nowhere }, {}));
    expect(missing.message).to.include(`there is no folder ${nowhere}`);
  });

  it("reports a broken copy in NAS4CIM_DATA instead of fetching another", async () => {
    process.env.NAS4CIM_DATA = emptyFolder();
    writeFileSync(join(process.env.NAS4CIM_DATA, "t10k-labels-idx1-ubyte"), "broken");
    writeFileSync(join(process.env.NAS4CIM_DATA, "t10k-images-idx3-ubyte"), "broken");
    await expectNasRejection("NAS_DATA_MALFORMED", loadDataset(request, {}));
  });

  itWithFashionMnist("prefers the request's folder, then NAS4CIM_DATA, then the cache", async (official) => {
    const [data, cache] = [emptyFolder(), emptyFolder()];
    symlinkSync(official, join(data, "fashion-mnist"));
    mkdirSync(join(cache, "data"));
    symlinkSync(official, join(cache, "data", "fashion-mnist"));
    process.env.NAS4CIM_CACHE = cache;

    process.env.NAS4CIM_DATA = data;
    expect((await loadDataset({ ...request, path: official }, {})).source.kind).to.equal("config");
    expect((await loadDataset(request, {})).source).to.deep.include({
      kind: "environment",
      location: join(data, "fashion-mnist"),
    });
    delete process.env.NAS4CIM_DATA;
    const cached = await loadDataset(request, {});
    expect(cached.source.kind).to.equal("cache");
    expect(cached.source).to.not.have.property("caveat");
    expect(cached.count).to.equal(10_000);
  });

  it("does not take picked images from the cache that this version would not pick", async () => {
    process.env.NAS4CIM_CACHE = emptyFolder();
    writeImageArchive(archivePath("fashion-mnist", "test"), images);
    const fromCache = loadFrom([cacheSource("fashion-mnist", "test")], request, {});
    const error = await expectNasRejection("NAS_DATA_NOT_FOUND", fromCache);
    expect(error.message).to.include("other images than this version");
  });
});
