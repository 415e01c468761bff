import { expect } from "chai";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import sharp from "sharp";
import { packageRoot } from "../../../src/base/paths.js";
import { datasetOf } from "../../../src/data/dataset-facts.js";
import { readDataFile } from "../../../src/data/data-file.js";
import type { FolderDataset } from "../../../src/data/labelled-images.js";
import { loadDataset } from "../../../src/data/load-dataset.js";
import { selectImages } from "../../../src/data/select-images.js";
import { tarEntries } from "../../../src/data/tar.js";
import { expectNasError, expectNasRejection } from "../../support/expect-nas-error.js";
import { imageAt } from "../../support/labelled-images.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

type Colour = [red: number, green: number, blue: number];

/** A picture of one colour. */
const plain = (width: number, height: number, [r, g, b]: Colour) =>
  sharp({ create: { width, height, channels: 3, background: { r, g, b } } });

describe("an image folder", () => {
  const folder = temporaryFolder();
  let folders = 0;

  const folderWith = (files: Record<string, Uint8Array>): FolderDataset => {
    const root = join(folder(), `${folders++}`);
    mkdirSync(root);
    for (const [path, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), bytes);
    }
    return datasetOf(`folder:${root}`) as FolderDataset;
  };

  const load = (dataset: FolderDataset, split: "train" | "test", side = 7) => loadDataset({ dataset, split, side }, {});

  it("takes folders for classes, over both splits, and pictures of any size and kind in the order of their names", async () => {
    const dataset = folderWith({
      "train/fox/b.png": await plain(20, 9, [10, 200, 30]).png().toBuffer(),
      "train/fox/a.JPG": await plain(8, 16, [250, 0, 0]).jpeg({ quality: 100 }).toBuffer(),
      "train/fox/notes.txt": Buffer.from("no picture"),
      "train/cat/c.jpeg": await plain(30, 30, [0, 0, 90]).greyscale().jpeg({ quality: 100 }).toBuffer(),
      "val/ape/d.png": await plain(7, 7, [1, 2, 3]).png().toBuffer(),
    });
    const train = await load(dataset, "train");
    expect(train).to.include({ count: 3, height: 7, width: 7, channels: 3, dataset });
    expect(train.classNames).to.deep.equal(["ape", "cat", "fox"]);
    expect([...train.labels]).to.deep.equal([1, 2, 2]);
    const [cat, red, green] = [0, 1, 2].map((place) => [...imageAt(train, place).subarray(0, 3)]);
    expect(new Set(cat).size, "grey is three equal channels").to.equal(1);
    expect(red[0]).to.be.within(245, 255);
    expect(red[1]).to.be.within(0, 8);
    expect(green).to.deep.equal([10, 200, 30]);
    expect(train.source).to.deep.include({ officialCount: 3, caveat: "pictures of a folder, their middle at 7 × 7" });
    const test = await load(dataset, "test");
    expect([...test.labels]).to.deep.equal([0]);
    expect(test.classNames).to.deep.equal(train.classNames);
  });

  it("shows the middle of a picture, upright, and black where it is transparent", async () => {
    // 16 × 8, scaled to side / 0.875 = 8: the middle 7 of columns 4 … 11. Left half red, right half blue.
    const halves = await plain(16, 8, [255, 0, 0])
      .composite([{ input: await plain(8, 8, [0, 0, 255]).png().toBuffer(), left: 8, top: 0 }])
      .png()
      .toBuffer();
    const clear = await sharp({
      create: { width: 8, height: 8, channels: 4, background: { r: 255, g: 255, b: 255, alpha: 0 } },
    })
      .png()
      .toBuffer();
    const turned = await sharp(halves).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
    const dataset = folderWith({ "test/a/1.png": halves, "test/a/2.png": clear, "test/a/3.jpg": turned });
    const images = await load(dataset, "test");
    const [first, second, third] = [0, 1, 2].map((place) => imageAt(images, place));
    const at = (image: Uint8Array, y: number, x: number) => [...image.subarray((y * 7 + x) * 3, (y * 7 + x) * 3 + 3)];
    expect(at(first, 3, 0)).to.deep.equal([255, 0, 0]);
    expect(at(first, 3, 6)).to.deep.equal([0, 0, 255]);
    expect(Math.max(...second)).to.equal(0);
    // Orientation 6: to be turned by a quarter clockwise, so that left comes to the top.
    expect(at(third, 0, 3)[0]).to.be.greaterThan(200);
    expect(at(third, 6, 3)[2]).to.be.greaterThan(200);
  });

  it("keeps class numbers beyond 255", async () => {
    const dot = await plain(2, 2, [9, 9, 9]).png().toBuffer();
    const files = Array.from({ length: 300 }, (_, label) => [`test/c${1000 + label}/x.png`, dot] as const);
    const images = await load(folderWith(Object.fromEntries(files)), "test", 2);
    expect([...images.labels]).to.deep.equal(files.map((_, label) => label));
    expect([...selectImages(images, 290).labels]).to.deep.equal(files.slice(0, 290).map((_, label) => label));
  });

  it("tells what is missing or broken, and where", async () => {
    const missing = await expectNasRejection("NAS_DATA_NOT_FOUND", load("folder:/no/such/place", "train"));
    expect(missing.message).to.contain("/no/such/place has no folder train");
    const empty = folderWith({ "train/a/readme.md": Buffer.from("x") });
    expect((await expectNasRejection("NAS_DATA_NOT_FOUND", load(empty, "train"))).message).to.contain("no JPEG or PNG");
    await expectNasRejection("NAS_DATA_NOT_FOUND", load(empty, "test"));
    const whole = await plain(60, 60, [1, 90, 3]).jpeg().toBuffer();
    for (const bytes of [Buffer.from("GIF89a, or so it says"), whole.subarray(0, whole.length / 2)]) {
      const broken = folderWith({ "train/a/1.jpg": bytes });
      const error = await expectNasRejection("NAS_DATA_MALFORMED", load(broken, "train"));
      expect(error.message).to.contain("1.jpg cannot be decoded");
    }
    expectNasError("NAS_DATA_UNKNOWN", () => datasetOf("foldr:x"));
  });

  it("refuses more than memory should hold before anything is decoded", async () => {
    const dataset = folderWith({ "train/a/1.png": await plain(2, 2, [1, 1, 1]).png().toBuffer() });
    const error = await expectNasRejection("NAS_DATA_SELECTION", load(dataset, "train", 30_000));
    expect(error.message).to.contain("has 1 pictures; memory is to hold 0 of this size at most");
  });

  const sample = [process.env.NAS4CIM_DATA, resolve(packageRoot(), "../shared/data")]
    .filter((each) => each !== undefined)
    .map((each) => join(each, "imagenet-sample.tar"))
    .find(existsSync);
  const title = "reads real ImageNet pictures";
  if (sample === undefined) it.skip(`${title} (pending: set NAS4CIM_DATA to a folder with imagenet-sample.tar)`);
  else
    it(title, async () => {
      const files: Record<string, Uint8Array> = {};
      for (const { name, data } of tarEntries(readDataFile(sample, 2 ** 26).content, sample)) {
        if (/\/val\/.*\.JPEG$/.test(name) && Object.keys(files).length < 30)
          files[name.slice(name.indexOf("val/"))] = Uint8Array.from(data);
      }
      const images = await load(folderWith(files), "test", 224);
      expect(images).to.include({ count: 30, height: 224, channels: 3 });
      expect(images.classNames[0]).to.equal("n01440764");
      for (let place = 0; place < 30; place++) expect(new Set(imageAt(images, place)).size).to.be.greaterThan(100);
    }).timeout(30_000);
});
