import { expect } from "chai";
import { createReadStream, existsSync, mkdtempSync, readdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { cacheSource } from "../../../src/data/dataset-sources.js";
import { downloadFashionMnist, downloadSources, unpackCifar10 } from "../../../src/data/download-sources.js";
import type { LabelledImages } from "../../../src/data/labelled-images.js";
import { dataFileOf } from "../../../src/data/data-file.js";
import { itWithCifarPrefix } from "../../support/cifar-10.js";
import { expectNasError, expectNasRejection } from "../../support/expect-nas-error.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("downloads", () => {
  const folder = temporaryFolder();
  const { NAS4CIM_CACHE } = process.env;
  const servers: Server[] = [];

  beforeEach(() => {
    process.env.NAS4CIM_CACHE = mkdtempSync(join(folder(), "cache-"));
  });
  afterEach(() => {
    if (NAS4CIM_CACHE === undefined) delete process.env.NAS4CIM_CACHE;
    else process.env.NAS4CIM_CACHE = NAS4CIM_CACHE;
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  /** A server that offers the files of `root`, except where `wrong` names one: there it sends another. */
  async function serve(root: string, wrong?: string): Promise<string> {
    const server = createServer(({ url }, response) => {
      const name = basename(url ?? "");
      if (name === wrong) response.end("not that file");
      else if (existsSync(join(root, name))) createReadStream(join(root, name)).pipe(response);
      else response.writeHead(404).end();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it("has official servers for every data set", () => {
    expect(downloadSources("fashion-mnist", "test")).to.have.length(2);
    expect(downloadSources("cifar-10", "train")).to.have.length(1);
  });

  itWithFashionMnist("fetch Fashion-MNIST once; the next run has it from the cache", async (root) => {
    const fetched = await downloadFashionMnist(await serve(root), "test", {});
    expect(fetched.source.kind).to.equal("download");
    const cached = (await cacheSource("fashion-mnist", "test").load({})) as LabelledImages;
    expect(cached.source.kind).to.equal("cache");
    expect(cached.fingerprint).to.equal(fetched.fingerprint);
  });

  itWithFashionMnist("leave nothing in the cache where the second file is wrong or missing", async (root) => {
    const swapped = await serve(root, "t10k-images-idx3-ubyte.gz");
    await expectNasRejection("NAS_DATA_HASH", downloadFashionMnist(swapped, "test", {}));
    const empty = await serve(folder());
    await expectNasRejection("NAS_DATA_DOWNLOAD", downloadFashionMnist(empty, "test", {}));
    expect(readdirSync(process.env.NAS4CIM_CACHE!)).to.deep.equal([]);
  });

  itWithFashionMnist("give the images also where the cache cannot be written, and say so", async (root) => {
    process.env.NAS4CIM_CACHE = join(root, "t10k-labels-idx1-ubyte.gz");
    const log: string[] = [];
    const set = await downloadFashionMnist(await serve(root), "test", { log: (line) => log.push(line) });
    expect(set.count).to.equal(10_000);
    expect(log[0]).to.include("cannot be kept for the next run");
  });

  itWithCifarPrefix("unpack both splits of CIFAR-10 into the cache", async (_, archive) => {
    const train = unpackCifar10(archive, "train", {});
    expect(train.count).to.equal(5 * 1017);
    const test = (await cacheSource("cifar-10", "test").load({})) as LabelledImages;
    expect(test.count).to.equal(1017);
  });

  it("refuse an archive without the batches", () => {
    const empty = dataFileOf(new Uint8Array(1024), "empty.tar", 2048);
    expect(expectNasError("NAS_DATA_MALFORMED", () => unpackCifar10(empty, "test", {})).message).to.include(
      "empty.tar",
    );
  });
});
