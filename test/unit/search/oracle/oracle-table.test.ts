import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type OracleRow, OracleTable, readRows } from "../../../../src/search/oracle/oracle-table.js";
import { expectNasError } from "../../../support/expect-nas-error.js";
import { temporaryFolder } from "../../../support/temporary-folder.js";

const origin = { space: "fashion-mnist", recipeHash: "r", dataSha256: "d", versions: { node: "22.0.0" } };
const row: OracleRow = {
  genotype: "[r3m16][-][c5]",
  seed: 2,
  heldOutFloat: 0.8906,
  heldOutW4A4: 0.8874,
  testW4A4: 0.8812,
  edp: 0.0012345678901234567,
  macs: 7_783_040,
  parameters: 65_850,
  seconds: 312,
};

describe("OracleTable", () => {
  const folder = temporaryFolder();

  it("keeps its rows, and takes them up again", () => {
    const path = join(folder(), "kept");
    const table = new OracleTable(path, origin);
    expect(table.rows).to.deep.equal([]);
    table.add(row);
    table.add({ ...row, seed: 1 });
    const again = new OracleTable(path, { ...origin, versions: { node: "24.0.0" } });
    expect(again.rows).to.deep.equal([row, { ...row, seed: 1 }]);
    expect(again.has(row)).to.equal(true);
    expect(again.has({ ...row, seed: 3 })).to.equal(false);
    expect(readFileSync(join(path, "oracle.csv"), "utf8").split("\n")[1]).to.equal(
      "[r3m16][-][c5],2,0.8906,0.8874,0.8812,0.0012345678901234567,7783040,65850,312",
    );
    expect(JSON.parse(readFileSync(join(path, "origin.json"), "utf8"))).to.deep.equal(origin);
  });

  for (const key of ["space", "recipeHash", "dataSha256"] as const) {
    it(`is refused where its ${key} is another`, () => {
      const path = join(folder(), key);
      new OracleTable(path, origin).add(row);
      const open = () => new OracleTable(path, { ...origin, [key]: "other" });
      expect(expectNasError("NAS_SEARCH_ORACLE", open).message).to.contain(`tells of another ${key}`);
    });
  }

  it("is refused where it is damaged", () => {
    const path = join(folder(), "damaged");
    new OracleTable(path, origin).add(row);
    const file = join(path, "oracle.csv");
    const text = readFileSync(file, "utf8");
    for (const [broken, message] of [
      [text.replace(",312\n", "\n"), /line 2 is/],
      [text.replace("65850", "many"), /line 2 is/],
      [text.replace(",2,", ",,"), /line 2 is/],
      [text.replace("seed", "sed"), /other columns/],
    ] as const) {
      writeFileSync(file, broken);
      expect(expectNasError("NAS_SEARCH_ORACLE", () => readRows(file)).message).to.match(message);
    }
    writeFileSync(join(path, "origin.json"), "{");
    expect(expectNasError("NAS_SEARCH_ORACLE", () => new OracleTable(path, origin)).message).to.contain("no JSON");
  });
});
