import { expect } from "chai";
import { createHash } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ProgressEvent } from "../../../src/base/progress.js";
import { download } from "../../../src/data/download.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";

describe("download", () => {
  const body = Buffer.alloc(200_000, "nas4cim");
  const md5 = createHash("md5").update(body).digest("hex");
  const servers: Server[] = [];

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file.gz`;
  }

  after(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  it("gives the file and tells its progress in bytes", async () => {
    const url = await serve((_, response) => response.writeHead(200, { "content-length": body.length }).end(body));
    const events: ProgressEvent[] = [];
    const request = { url, md5, limitBytes: 1_000_000, label: "downloading file.gz" };
    const bytes = await download(request, { progress: (event) => events.push(event) });
    expect(body.equals(bytes)).to.equal(true);
    expect(events.at(-1)).to.deep.equal({
      label: "downloading file.gz",
      done: body.length,
      total: body.length,
      unit: "bytes",
    });
  });

  it("follows a redirect", async () => {
    const target = await serve((_, response) => response.end(body));
    const url = await serve((_, response) => response.writeHead(302, { location: target }).end());
    expect(await download({ url, md5, limitBytes: 1_000_000, label: "" }, {})).to.have.length(body.length);
  });

  it("refuses another file, an error page and too many bytes", async () => {
    const other = await serve((_, response) => response.end("<html>log in first</html>"));
    const wrong = await expectNasRejection(
      "NAS_DATA_HASH",
      download({ url: other, md5, limitBytes: 1e6, label: "" }, {}),
    );
    expect(wrong.message).to.include(md5).and.include(other);
    const missing = await serve((_, response) => response.writeHead(404).end());
    const refused = download({ url: missing, md5, limitBytes: 1e6, label: "" }, {});
    expect((await expectNasRejection("NAS_DATA_DOWNLOAD", refused)).message).to.include("404");
    const url = await serve((_, response) => response.end(body));
    const large = await expectNasRejection(
      "NAS_DATA_DOWNLOAD",
      download({ url, md5, limitBytes: 1000, label: "" }, {}),
    );
    expect(large.message).to.include("more than 1000 bytes");
  });

  it("says why a host cannot be reached", async () => {
    const url = await serve(() => {});
    await new Promise((resolve) => servers.pop()!.close(resolve));
    const error = await expectNasRejection("NAS_DATA_DOWNLOAD", download({ url, md5, limitBytes: 1e6, label: "" }, {}));
    expect(error.message).to.include("ECONNREFUSED");
  });

  it("gives up on a host that accepts and never answers, and on one that stops in the middle", async () => {
    const silent = await serve(() => {});
    const request = { md5, limitBytes: 1e6, label: "", connectTimeoutMs: 60, stallTimeoutMs: 60 };
    const noAnswer = await expectNasRejection("NAS_DATA_DOWNLOAD", download({ ...request, url: silent }, {}));
    expect(noAnswer.message).to.include("no answer for 0.06 s");
    const stalling = await serve((_, response) => void response.writeHead(200).write(body.subarray(0, 1000)));
    const noData = await expectNasRejection("NAS_DATA_DOWNLOAD", download({ ...request, url: stalling }, {}));
    expect(noData.message).to.include("no data for 0.06 s");
  });

  it("fails on a connection cut in the middle", async () => {
    const url = await serve((_, response) => {
      response
        .writeHead(200, { "content-length": body.length })
        .write(body.subarray(0, 1000), () => response.destroy());
    });
    await expectNasRejection("NAS_DATA_DOWNLOAD", download({ url, md5, limitBytes: 1e6, label: "" }, {}));
  });

  it("stops when it is interrupted", async () => {
    const url = await serve((_, response) => void response.writeHead(200).write(body.subarray(0, 1000)));
    const controller = new AbortController();
    const running = download(
      { url, md5, limitBytes: 1e6, label: "" },
      { signal: controller.signal, progress: () => controller.abort() },
    );
    await expectNasRejection("NAS_INTERRUPTED", running);
  });
});
