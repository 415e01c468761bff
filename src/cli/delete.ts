import type { Command } from "commander";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { NasError } from "../base/errors.js";
import { addConfigOption, addJsonOption } from "./common-options.js";
import { printJson, printResult } from "./output.js";
import { withWritableStore } from "./stored-runs.js";

interface DeleteOptions {
  yes?: boolean;
  config?: string;
  json?: boolean;
}

/** `nas4cim delete`: a run or a training out of the store, for good. */
export function addDeleteCommand(program: Command): void {
  const command = program
    .command("delete")
    .description("remove a run with its steps and its report, or the record of a training, for good")
    .argument("<run>", "the id of a run or a training, or the beginning of it")
    .option("--yes", "do not ask");
  addConfigOption(command);
  addJsonOption(command);
  command.action(async (wanted: string, { yes = false, config, json }: DeleteOptions) => {
    const deleted = await withWritableStore(config, async (store) => {
      const { kind, id } = store.find(wanted);
      if (!yes) await confirm(kind, id);
      if (kind === "run") store.deleteRun(id);
      else store.trainings.delete(id);
      rmSync(join(store.folder, id), { recursive: true, force: true });
      return { kind, id };
    });
    if (json) printJson({ deleted });
    else printResult(`${deleted.kind} ${deleted.id} is deleted`);
  });
}

/** Asks on the terminal. @throws NAS_CLI_USAGE where there is nobody to ask, or the answer is no */
async function confirm(kind: string, id: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new NasError("NAS_CLI_USAGE", `${kind} ${id} is not deleted: there is no terminal to ask on`, {
      hint: "give --yes where it is meant",
      context: { id },
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`delete ${kind} ${id} for good? [y/N] `);
  terminal.close();
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new NasError("NAS_CLI_USAGE", `${kind} ${id} is not deleted`, {
    hint: "answer y to delete it",
    context: { id },
  });
}
