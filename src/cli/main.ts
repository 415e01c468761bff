import { Command } from "commander";
import { errorCodes } from "../base/errors.js";
import { packageVersion } from "../base/paths.js";
import { addBoardsCommand } from "./boards.js";
import { addCaptureCommand } from "./capture.js";
import { addBoardCommand } from "./board.js";
import { addCompareCommand } from "./compare.js";
import { addCostCommand } from "./cost.js";
import { addDeleteCommand } from "./delete.js";
import { addDoctorCommand } from "./doctor.js";
import { addEvalCommand } from "./eval.js";
import { exitCodes } from "./exit-codes.js";
import { explainFailure } from "./fail.js";
import { addInitCommand } from "./init.js";
import { addMapCommand } from "./map.js";
import { printNote, watchStdout } from "./output.js";
import { addNoteCommand } from "./note.js";
import { addReportCommand } from "./report.js";
import { addRunCommand } from "./run.js";
import { addRunsCommand } from "./runs.js";
import { addSearchCommand } from "./search.js";
import { addSearchesCommand } from "./searches.js";
import { addSelectCommand } from "./select.js";
import { addShowCommand } from "./show.js";
import { addTagCommand } from "./tag.js";
import { addTrainCommand } from "./train.js";
import { addTrainingsCommand } from "./trainings.js";
import { addVerifyCommand } from "./verify.js";

/** In the order in which --help lists them. */
const commands = [
  addRunCommand,
  addRunsCommand,
  addShowCommand,
  addCompareCommand,
  addReportCommand,
  addVerifyCommand,
  addTagCommand,
  addNoteCommand,
  addDeleteCommand,
  addMapCommand,
  addCostCommand,
  addTrainCommand,
  addTrainingsCommand,
  addEvalCommand,
  addBoardCommand,
  addSearchCommand,
  addSelectCommand,
  addSearchesCommand,
  addBoardsCommand,
  addCaptureCommand,
  addInitCommand,
  addDoctorCommand,
];

/** Runs one command line and sets process.exitCode; never throws. `argv` as Node gives it, with two words before ours. */
export async function main(argv: readonly string[]): Promise<void> {
  watchStdout();
  const program = makeProgram();
  if (argv.length === 2) {
    process.stderr.write(program.helpInformation());
    process.exitCode = errorCodes.NAS_CLI_USAGE;
    return;
  }
  try {
    await program.parseAsync(argv);
  } catch (error) {
    const { text, exitCode } = explainFailure(error, argv.includes("--verbose"));
    printNote(text);
    process.exitCode = exitCode;
  }
}

/** The command with all its subcommands. */
export function makeProgram(): Command {
  const program = new Command("nas4cim")
    .description(
      "Run quantized networks on compute-in-memory macros, compare them with a reference, and keep the results.",
    )
    .version(packageVersion())
    .enablePositionalOptions()
    .addHelpText("after", exitCodeHelp());
  for (const add of commands) add(program);
  for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) {
    // Errors leave as exceptions and are printed in one place, fail.ts.
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    command.option("--verbose", "show the causes of an error, with their stacks");
  }
  return program;
}

function exitCodeHelp(): string {
  const lines = Object.entries(exitCodes).map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`);
  return ["", "Exit codes (docs/errors.md):", ...lines].join("\n");
}
