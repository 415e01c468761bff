import { expect } from "chai";
import { ProgressLine } from "../../../../src/cli/text/progress-line.js";

/** Back to the line's start, and clear it. */
const redraw = "\r\u001b[K";

/** A stream that keeps what it was given, and a clock that the test sets. */
function stage(terminal: { isTTY?: boolean; columns?: number }) {
  const written: string[] = [];
  const clock = { ms: 0 };
  const line = new ProgressLine({ ...terminal, write: (text: string) => written.push(text) }, () => clock.ms);
  const work = (from: number, to: number, total: number, msEach: number, label = "inferring subject") => {
    for (let done = from; done <= to; done++) {
      line.show({ label, done, total, unit: "images" });
      if (done < to) clock.ms += msEach;
    }
  };
  return { line, written, clock, work };
}

describe("ProgressLine on a terminal", () => {
  it("draws one line anew: bar, share, count, rate and time left", () => {
    const { written, work } = stage({ isTTY: true, columns: 200 });
    work(0, 450, 1000, 100);
    expect(written.join("")).to.not.include("\n");
    for (const text of written) expect(text.startsWith(redraw)).to.equal(true);
    expect(written.at(-1)).to.match(/inferring subject {2}█{10}░{14} {2}45 % {2}450 of 1,000 images {2}10 images\/s/);
    expect(written.at(-1)).to.include("55.0 s left");
  });

  it("draws at most ten times a second and never beyond the width", () => {
    const { written, work } = stage({ isTTY: true, columns: 40 });
    work(0, 999, 1000, 1);
    expect(written.length).to.be.within(5, 11);
    for (const text of written) expect(text.slice(redraw.length).length).to.be.at.most(39);
  });

  it("counts only what was done since the start of a resumed job", () => {
    const { written, work } = stage({ isTTY: true, columns: 200 });
    work(500, 510, 1000, 1000);
    expect(written.at(-1)).to.include("1.0 images/s").and.to.include("8 min 10 s left");
  });

  it("leaves one line behind for a job of a second or more, nothing for a shorter one", () => {
    const { written, work } = stage({ isTTY: true, columns: 200 });
    work(0, 3, 3, 100, "short");
    expect(written.join("")).to.not.include("\n");
    work(0, 20, 20, 100, "long");
    expect(written.at(-1)).to.equal("long: 20 images in 2.0 s\n");
  });

  it("puts a remark above the line and draws the line again", () => {
    const { line, written, work } = stage({ isTTY: true, columns: 200 });
    work(0, 5, 10, 200);
    const drawn = written.at(-1);
    line.log("array 3 has 2 stuck cells");
    expect(written.slice(-3)).to.deep.equal([redraw, "array 3 has 2 stuck cells\n", drawn]);
    line.end();
    expect(written.at(-1)).to.equal(redraw);
  });

  it("shows bytes as megabytes and the note last", () => {
    const { line, written } = stage({ isTTY: true, columns: 200 });
    line.show({ label: "downloading", done: 2_500_000, total: 30_000_000, unit: "bytes", note: "mirror 2" });
    expect(written.at(-1)).to.match(/2\.5 MB of 30\.0 MB {2}mirror 2$/);
  });
});

describe("ProgressLine elsewhere", () => {
  it("writes a plain line each ten seconds and one at the end", () => {
    const { written, work } = stage({});
    work(0, 300, 300, 100);
    expect(written).to.deep.equal([
      "inferring subject: 33 %, 100 of 300 images, 10 images/s, 20.0 s left\n",
      "inferring subject: 66 %, 200 of 300 images, 10 images/s, 10.0 s left\n",
      "inferring subject: 300 images in 30.0 s\n",
    ]);
  });

  it("keeps jobs apart that go on side by side", () => {
    const { line, written, clock } = stage({});
    for (let step = 0; step <= 12; step++) {
      line.show({ label: "subject", done: step, total: 12, unit: "batches" });
      line.show({ label: "reference", done: step, total: 24, unit: "batches" });
      clock.ms += 1000;
    }
    expect(written.filter((text) => text.startsWith("subject"))).to.have.length(2);
    expect(written.filter((text) => text.startsWith("reference"))).to.have.length(1);
  });

  it("writes remarks as they come and no control characters", () => {
    const { line, written, work } = stage({});
    work(0, 10, 20, 500);
    line.log("a remark");
    line.end();
    expect(written).to.deep.equal(["a remark\n"]);
  });
});
