import { expect } from "chai";
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MapCache } from "../../../../src/search/supernet/map-cache.js";
import { expectNasError } from "../../../support/expect-nas-error.js";

describe("the cache of teachers' maps", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "nas4cim-maps-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const fill = (cache: MapCache, content: string, bytes: number, agoSeconds: number) => {
    const { path } = cache.take(content, bytes);
    writeFileSync(path, new Uint8Array(bytes));
    const used = Date.now() / 1000 - agoSeconds;
    utimesSync(path, used, used);
    return path;
  };

  it("finds again what was kept under the same content, and nothing else", () => {
    const cache = new MapCache(folder, 1000);
    const path = fill(cache, "a", 100, 0);
    expect(new MapCache(folder, 1000).take("a", 100)).to.deep.equal({ path, isThere: true });
    expect(new MapCache(folder, 1000).take("b", 100).isThere).to.equal(false);
    // A file that ended early is no file of maps.
    expect(new MapCache(folder, 1000).take("a", 200).isThere).to.equal(false);
    expect(existsSync(path)).to.equal(false);
  });

  it("makes room by what was needed longest ago, never by what is in use", () => {
    const earlier = new MapCache(folder, 1000);
    const [old, older] = [fill(earlier, "old", 400, 100), fill(earlier, "older", 400, 200)];
    const cache = new MapCache(folder, 1000);
    cache.take("older", 400);
    cache.take("new", 500);
    expect(existsSync(older)).to.equal(true);
    expect(existsSync(old)).to.equal(false);
  });

  it("refuses what would not fit beside what is in use", () => {
    const cache = new MapCache(folder, 1000);
    fill(cache, "a", 600, 0);
    const error = expectNasError("NAS_SEARCH_SETTINGS", () => cache.take("b", 500));
    expect(error.message).to.include("1100").and.include("1000");
  });
});
