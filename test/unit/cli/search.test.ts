import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openStore } from "../../../src/store/store.js";
import type { Selection } from "../../../src/search/select.js";
import { runCommand } from "../../support/run-command.js";
import { sampleSearchDocument } from "../../support/sample-search.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("the commands of a search", () => {
  const folder = temporaryFolder();
  const nas4cim = (...words: string[]) => runCommand(words, { cwd: folder() });
  let id: string;

  before(() => {
    const { search, stages, candidates, selections } = sampleSearchDocument();
    using store = openStore(join(folder(), "runs"));
    const { searches } = store;
    id = searches.create(search);
    stages.forEach((stage, place) => searches.saveStage(id, place, stage));
    searches.saveCandidates(id, candidates);
    for (const selection of selections) searches.saveSelection(id, selection);
    searches.setStatus(id, "done");
  });

  it("select without training", async () => {
    const { exitCode, stdout, stderr } = await nas4cim("select", id.slice(0, 15), "--objective", "w=0.3,0.7", "--json");
    expect({ exitCode, stderr }).to.deep.equal({ exitCode: 0, stderr: "" });
    const selection = JSON.parse(stdout) as Selection;
    expect(selection.weights).to.deep.equal({ task: 0.3, hardware: 0.7, chip: 0 });
    using store = openStore(join(folder(), "runs"));
    expect(store.searches.document(id).selections.at(-1)).to.deep.equal(selection);
  });

  it("list and show searches", async () => {
    const list = await nas4cim("searches");
    expect(list.stdout).to.include(id).and.include("fashion-mnist");
    const shown = await nas4cim("show", id);
    expect(shown.exitCode, shown.stderr).to.equal(0);
    expect(shown.stdout).to.include("accuracy").and.include("hardware").and.include("r5m64");
    const { search } = JSON.parse((await nas4cim("show", id, "--json")).stdout) as ReturnType<
      typeof sampleSearchDocument
    >;
    expect(search.id).to.equal(id);
  });

  it("write the report", async () => {
    const { exitCode, stdout, stderr } = await nas4cim("report", id);
    expect(exitCode, stderr).to.equal(0);
    expect(existsSync(stdout.trim())).to.equal(true);
    expect(readFileSync(stdout.trim(), "utf8")).to.include("All candidates");
  });

  const wrong: [what: string, words: string[], code: string][] = [
    ["an objective without weights", ["search", "--objective", "w="], "NAS_SEARCH_OBJECTIVE"],
    ["an unknown space", ["search", "--space", "fashion-mnst"], "NAS_SEARCH_SPACE"],
    [
      "a data set without a teacher of ours",
      ["search", "--dataset", "cifar-10", "--space", "cifar-10-a"],
      "NAS_CLI_USAGE",
    ],
    ["a search that is not there", ["select", "20200101", "--objective", "edp"], "NAS_RECORD_NOT_FOUND"],
    ["a search to resume that is not there", ["search", "--resume", "20200101"], "NAS_RECORD_NOT_FOUND"],
  ];
  for (const [what, words, code] of wrong) {
    it(`refuse ${what}`, async () => {
      const { exitCode, stderr } = await nas4cim(...words);
      expect(stderr).to.include(code);
      expect(exitCode).to.be.greaterThan(0);
    });
  }
});
