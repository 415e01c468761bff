import { expect } from "chai";
import { reproduceCommand, reproductionNeeds } from "../../../src/report/reproduce.js";
import { sampleRunDocument } from "../../support/sample-run-document.js";

describe("to get the figures again", () => {
  const document = sampleRunDocument({ images: 100 });

  it("names config and network, quoted where a shell wants it", () => {
    const { run } = document;
    const spaced = { ...document, run: { ...run, places: { config: "/my bench/a.json", network: "/nets/it's" } } };
    expect(reproduceCommand(document)).to.equal(
      "nas4cim run --config /bench/bench.config.json --subject virtual-chip --reference ideal " +
        "--network /bench/networks/sample --dataset fashion-mnist --images full --seed 1 --no-offset-correction",
    );
    expect(reproduceCommand(spaced))
      .to.include("--config '/my bench/a.json' ")
      .and.to.include("--network '/nets/it'\\''s' ");
  });

  it("says by content what the command needs to find", () => {
    const needs = reproductionNeeds(document).join("\n");
    const { network, images, subject } = document.run.contents!;
    for (const hash of [network, images, subject.files.calibration]) expect(needs).to.include(hash);
    expect(needs).to.include('a macro "virtual-chip" in the config').and.to.include("nas4cim 0.0.0-sample");
  });

  it("names no config where it is the one that comes with nas4cim", () => {
    const { run } = document;
    const shipped = { ...document, run: { ...run, places: { network: "/nets/a" } } };
    expect(reproduceCommand(shipped)).to.include("--network /nets/a");
    expect(reproduceCommand(shipped)).to.not.include("--config");
    expect(reproductionNeeds(shipped)[0]).to.include("the config that comes with nas4cim");
  });

  it("says what is missing where a document of version 1 does not tell", () => {
    const { contents: _contents, places: _places, ...run } = document.run;
    const old = { ...document, version: 1 as const, run };
    expect(reproduceCommand(old)).to.not.include("--config");
    expect(reproductionNeeds(old)[0]).to.match(/^--config and --network besides/);
  });
});
