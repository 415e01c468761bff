import { expect } from "chai";
import * as format from "../../../src/base/format.js";

describe("format", () => {
  it("writes shares so that one image more shows", () => {
    expect([10, 100, 1000, 2000, 10_000, 50_000, 1_000_000].map(format.percentDigits)).deep.equal([
      1, 1, 1, 2, 2, 3, 3,
    ]);
    for (const images of [100, 1000, 2000, 10_000, 50_000]) {
      const digits = format.percentDigits(images);
      expect(format.percent(0.5, digits)).not.equal(format.percent(0.5 + 1 / images, digits));
    }
  });

  it("writes percent, points and intervals with a true minus sign and no negative zero", () => {
    expect(format.percent(0.9137)).equal("91.37 %");
    expect(format.percent(1, 1)).equal("100.0 %");
    expect(format.points(-0.0381)).equal("−3.81");
    expect(format.points(0.0381)).equal("+3.81");
    expect(format.points(-0.000001)).equal("0.00");
    expect(format.points(0.000001)).equal("0.00");
    expect(format.percentInterval([0.9123, 0.923])).equal("91.23 … 92.30 %");
    expect(format.pointsInterval([-0.01, 0.02], 1)).equal("−1.0 … +2.0");
  });

  it("groups digits", () => {
    expect([0, 7, 999, 1000, 28_362, 1_234_567].map(format.count)).deep.equal([
      "0",
      "7",
      "999",
      "1,000",
      "28,362",
      "1,234,567",
    ]);
    expect(format.counted(1, "image")).equal("1 image");
    expect(format.counted(1000, "image")).equal("1,000 images");
    expect(format.counted(0, "class", "classes")).equal("0 classes");
    expect([9999, 28_362, 4_412_480, 2.5e9].map(format.roughCount)).deep.equal(["9,999", "28.4 k", "4.41 M", "2.50 G"]);
  });

  it("keeps three digits of anything", () => {
    expect(
      [0, 0.00203, 1.149, 12.345, -0.0067, 1.4e-7, 2e6, -2e-9, 1157.3, 999.7, 123_456].map((value) =>
        format.significant(value),
      ),
    ).deep.equal([
      "0",
      "0.00203",
      "1.15",
      "12.3",
      "−0.00670",
      "1.40e-7",
      "2.00e6",
      "−2.00e-9",
      "1,160",
      "1,000",
      "123,000",
    ]);
  });

  it("writes p values, durations and dates for people", () => {
    expect([1, 0.412, 0.0321, 0.00012, 0.0000999].map(format.pValue)).deep.equal([
      "1.00",
      "0.41",
      "0.032",
      "0.00012",
      "< 0.0001",
    ]);
    expect(
      [0, 7.8125e-9, 1.23e-5, 0.00213, 0.0384, 12.61, 59.96, 151.3, 3599.6, 3900, 7260].map(format.duration),
    ).deep.equal([
      "0 s",
      "7.81 ns",
      "12.3 µs",
      "2.1 ms",
      "38.4 ms",
      "12.6 s",
      "1 min 00 s",
      "2 min 31 s",
      "1 h 00 min",
      "1 h 05 min",
      "2 h 01 min",
    ]);
    expect([646.4, 1160.2, 0.347, 99.4].map(format.rate)).deep.equal(["646", "1,160", "0.35", "99"]);
    expect([812, 2_500_000, 999_960, 3e10].map(format.bytes)).deep.equal(["812 B", "2.5 MB", "1.0 MB", "30.0 GB"]);
    expect(format.moment("2026-01-02T03:04:05.000Z")).equal("2026-01-02 03:04 UTC");
    expect(format.moment("yesterday")).equal("yesterday");
  });
});
