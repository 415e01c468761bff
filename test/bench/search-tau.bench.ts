/**
 * `npm run bench:search-tau -- STORE SEARCH ORACLE.csv`: how well a search's task significance ranks the networks of an oracle
 * of stand-alone trainings, beside their parameters and MACs alone. Held-out accuracy at 4 bits; test accuracy is not read.
 */
import { readRows } from "../../src/search/oracle/oracle-table.js";
import { rankAgreement } from "../../src/search/oracle/rank-agreement.js";
import { storedSignificances } from "../../src/search/reselect.js";
import { configurationOf } from "../../src/search/search-configuration.js";
import { decodeGenotype, encodeGenotype } from "../../src/search/space/genotype-text.js";
import { operatorWords } from "../../src/search/space/choices.js";
import { openStore } from "../../src/store/store.js";

const [folder, wanted, oraclePath] = process.argv.slice(2);
if (oraclePath === undefined) {
  process.stderr.write("give a store's folder, a search and an oracle's table\n");
  process.exit(2);
}
using store = openStore(folder, { mustExist: true });
const document = store.searches.document(wanted);
const { space } = configurationOf(document.search).settings;
const { task } = storedSignificances(document);
const words = operatorWords(space);

/** Σ log share of a network's operators. */
function scoreOf(text: string): number {
  const { stages } = decodeGenotype(space, text);
  const layers = stages.flatMap((stage) =>
    Array.from({ length: space.layersPerStage }, (_, layer) => stage[layer] ?? { op: "none" as const }),
  );
  return layers.reduce((sum, layer, place) => {
    const word = encodeGenotype(space, { stages: [[layer]] }).slice(1, -1);
    return sum + Math.log(task[place][words.indexOf(word)]);
  }, 0);
}

// One row a network: of several seeds the first.
const rows = readRows(oraclePath).filter(({ genotype, seed }) => seed === 1 && genotype !== "");
const groups = {
  "all networks": rows,
  "without none": rows.filter(({ genotype }) => !genotype.includes("-")),
};
for (const [name, group] of Object.entries(groups)) {
  if (group.length < 3) continue;
  const { agreements, firstBetterBy } = rankAgreement(
    group.map(({ heldOutW4A4 }) => heldOutW4A4),
    {
      "task significance": group.map(({ genotype }) => scoreOf(genotype)),
      parameters: group.map(({ parameters }) => parameters),
      MACs: group.map(({ macs }) => macs),
    },
  );
  process.stdout.write(`${name}: ${group.length} networks\n`);
  for (const { name: predictor, tau, interval95 } of agreements) {
    process.stdout.write(
      `  ${predictor.padEnd(18)} τ ${tau.toFixed(3)} [${interval95.map((end) => end.toFixed(3)).join(", ")}]\n`,
    );
  }
  for (const { name: predictor, interval95 } of firstBetterBy) {
    process.stdout.write(`  better than ${predictor} by [${interval95.map((end) => end.toFixed(3)).join(", ")}]\n`);
  }
}
