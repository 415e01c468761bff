// A board behind a program that takes one JSON request a line and answers each with one JSON line, in the same order.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { adcOutputs, adcRails, defineDriver, isRail, readDriverOptions } from "nas4cim/driver";

class LineBoard {
  child;
  #lines;

  static async open(program) {
    const board = new LineBoard();
    board.child = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"] });
    // Writing to a program that has ended says so at the next read, too.
    board.child.stdin.on("error", () => undefined);
    board.#lines = createInterface({ input: board.child.stdout })[Symbol.asyncIterator]();
    const { serial, ...spec } = await board.#ask({ call: "describe" });
    board.spec = { contract: 2, ...spec };
    board.identity = { driver: "line-board", kind: "silicon", chipId: serial, description: `line board ${serial}` };
    return board;
  }

  async configure({ adcStepLevels }) {
    for (const step of adcStepLevels) await this.#ask({ call: "step", ...step });
  }

  async program({ levels, ...place }) {
    return this.#ask({ call: "program", ...place, levels: [...levels] });
  }

  async readback(array) {
    const { levels, ...place } = await this.#ask({ call: "read", array });
    return { ...place, levels: Uint8Array.from(levels) };
  }

  async compute({ data, ...block }) {
    const { columns, codes } = await this.#ask({ call: "compute", ...block, data: [...data] });
    const saturated = codes.filter((code) => isRail(code, adcRails(this.spec))).length;
    const outputs = adcOutputs(this.spec, columns);
    return { vectors: block.vectors, outputs, values: Int32Array.from(codes), saturated };
  }

  async [Symbol.asyncDispose]() {
    this.child.kill();
  }

  async #ask(request) {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const { done, value } = await this.#lines.next();
    if (done) throw new Error("the board's program has ended");
    return JSON.parse(value);
  }
}

export default defineDriver({
  id: "line-board",
  contract: 2,
  deviceKey: ({ options }) => `line-board:${options.program}`,
  open: ({ options, resolve }) =>
    LineBoard.open(resolve(readDriverOptions("line-board", options, { program: { kind: "string" } }).program)),
});
