import type { Command } from "commander";
import { readFileSync } from "node:fs";
import { messageOf, NasError } from "../../base/errors.js";
import type { JobContext } from "../../base/progress.js";
import type { Macro, MacroCondition } from "../../macro/macro.js";
import { addJsonOption } from "../common-options.js";
import { wholeNumber } from "../option-values.js";
import { printJson, printResult } from "../output.js";
import { runJob } from "../run-job.js";
import { conditionText, tileText } from "../text/board-text.js";
import { addBoardOptions, openBoard, type BoardChoice } from "./open-board.js";

type Options = BoardChoice & { json?: boolean };

const arrayNumber = wholeNumber("--array", 0, 65_535);

/** `nas4cim board status`, `release`, `stop`, `program`, `read`, `mvm`: one question each. */
export function addByHandCommands(group: Command): void {
  add(group, "status", "how the board is: temperature, supply, link, what it holds", async (board, options) =>
    show(options, await conditionOf(board), conditionText),
  );
  add(group, "stop", "emergency stop: no pulse after it, until it is released", async (board) => {
    await control(board, "stop");
    printResult("stopped");
  });
  add(group, "release", "end an emergency stop", async (board) => {
    await control(board, "release");
    printResult("released");
  });

  const read = add(
    group,
    "read",
    "read the cells of an array as they are now",
    async (board, options: Options & { array: number }) => {
      const { array, rows, columns, levels } = await board.readback(options.array);
      show(options, { array, rows, columns, levels: [...levels] }, tileText);
    },
  );
  read.option("--array <number>", "array", arrayNumber, 0);

  const program = add(
    group,
    "program",
    "program a tile into an array: write pulses",
    async (board, options: Options & { array: number; levels: string }) => {
      const { rows, columns, levels } = readTileFile(options.levels, board);
      const report = await board.program({ array: options.array, rows, columns, levels });
      show(options, report, ({ cells, cellsOutOfTolerance, pulses }) =>
        [
          `${cells} cells, ${cellsOutOfTolerance} out of tolerance`,
          pulses === undefined ? "" : `, ${pulses} pulses`,
        ].join(""),
      );
    },
  );
  program
    .option("--array <number>", "array", arrayNumber, 0)
    .requiredOption("--levels <file>", 'JSON file: { "rows": 2, "columns": 4, "levels": [0, 7, …] }, row by row');

  const multiply = add(
    group,
    "mvm",
    "multiply input vectors with what an array holds",
    async (board, options: Options & { array: number; inputs: string; bits: number; sums?: boolean }) => {
      const vectors = readVectors(options.inputs, options.bits);
      const rows = vectors[0].length;
      const data = Uint8Array.from(vectors.flat());
      const want = options.sums ? "sums" : "codes";
      const answer = await board.compute({
        array: options.array,
        vectors: vectors.length,
        rows,
        bits: options.bits,
        data,
        want,
      });
      const { outputs, saturated, values } = answer;
      show(options, { outputs, saturated, want, values: [...values] }, () =>
        tileText({ rows: values.length / outputs, columns: outputs, levels: [...values] }),
      );
    },
  );
  multiply
    .option("--array <number>", "array", arrayNumber, 0)
    .requiredOption("--inputs <file>", "JSON file: a list of vectors, each a list of whole numbers")
    .option("--bits <number>", "bits of an input", wholeNumber("--bits", 1, 8), 8)
    .option("--sums", "bit planes added on the board");
}

function add<T extends Options>(
  group: Command,
  name: string,
  description: string,
  job: (board: Macro, options: T, context: JobContext) => Promise<void>,
): Command {
  const command = group.command(name).description(description);
  addBoardOptions(command);
  addJsonOption(command);
  command.action(async (options: T) =>
    runJob(false, async (context) => {
      await using board = await openBoard(options, context);
      await job(board, options, context);
    }),
  );
  return command;
}

function show<T>(options: Options, value: T, text: (value: T) => string): void {
  if (options.json) printJson(value);
  else printResult(text(value));
}

async function conditionOf(board: Macro): Promise<MacroCondition> {
  if (!board.condition) throw notOffered(board, "status");
  return board.condition();
}

async function control(board: Macro, what: "stop" | "release"): Promise<void> {
  const call = board[what]?.bind(board);
  if (!call) throw notOffered(board, what);
  await call();
}

function notOffered({ identity }: Macro, what: string): NasError {
  return new NasError("NAS_CLI_USAGE", `${identity.description} offers no ${what}`, {
    hint: "name a board: --macro or --port",
    context: { driver: identity.driver },
  });
}

function readJsonFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw badFile(path, messageOf(error));
  }
}

function readTileFile(path: string, board: Macro): { rows: number; columns: number; levels: Uint8Array } {
  const { rows, columns, levels } = (readJsonFile(path) ?? {}) as Record<string, unknown>;
  const highest = 2 ** board.spec.cellBits - 1;
  if (
    !isCount(rows, board.spec.arrayRows) ||
    !isCount(columns, board.spec.arrayColumns) ||
    !isLevels(levels, rows * columns, highest)
  )
    throw badFile(path, `it wants rows, columns and rows × columns levels from 0 to ${highest}`);
  return { rows, columns, levels: Uint8Array.from(levels) };
}

function readVectors(path: string, bits: number): number[][] {
  const vectors = readJsonFile(path);
  const length = Array.isArray(vectors) && Array.isArray(vectors[0]) ? vectors[0].length : 0;
  if (length === 0 || !(vectors as unknown[]).every((vector) => isLevels(vector, length, 2 ** bits - 1)))
    throw badFile(path, `it wants a list of vectors of one length, with whole numbers from 0 to ${2 ** bits - 1}`);
  return vectors as number[][];
}

function isCount(value: unknown, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= most;
}

function isLevels(value: unknown, length: number, highest: number): value is number[] {
  return (
    Array.isArray(value) &&
    value.length === length &&
    value.every((level) => Number.isSafeInteger(level) && level >= 0 && level <= highest)
  );
}

function badFile(path: string, what: string): NasError {
  return new NasError("NAS_CLI_USAGE", `${path} cannot be used: ${what}`, {
    hint: "correct the file: --help shows its form",
    context: { path },
  });
}
