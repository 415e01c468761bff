import { describeLink, describeMacro } from "nas4cim/conformance";
import { MemoryBoard } from "../../support/memory-board.js";

// The suites that a lab runs on its firmware hold for the virtual board. On hardware: nas4cim board verify --port …
const chip = { arrays: 2, arrayRows: 32, arrayColumns: 32 };
let board: MemoryBoard;
before(async () => (board = await MemoryBoard.start({ chip })));
after(() => board.close());

describeLink("virtual board", () => board.openLine());
describeMacro("virtual board over its wire", () => board.open(), { exact: true });

describe("a board of this bench (NAS4CIM_BOARD)", () => {
  it("passes both suites", function () {
    console.log("      pending: to test hardware, connect it and run: nas4cim board verify --port <port>");
    this.skip();
  });
});
