import type { Command } from "commander";
import type { StoredTraining } from "../record/training.js";
import { nextStep } from "./text/next-step.js";
import { trainingsTable } from "./text/training-text.js";
import { addConfigOption, addJsonOption } from "./common-options.js";
import { wholeNumber } from "./option-values.js";
import { printJson, printResult } from "./output.js";
import { withStore } from "./stored-runs.js";

interface TrainingsOptions {
  config?: string;
  limit: number;
  json?: boolean;
}

/** `nas4cim trainings`: the trainings that the store has, newest first. */
export function addTrainingsCommand(program: Command): void {
  const command = program
    .command("trainings")
    .description("list the trainings of the store, newest first; show and report take their ids")
    .option("--limit <number>", "at most so many", wholeNumber("--limit", 1, 1_000_000), 20);
  addConfigOption(command);
  addJsonOption(command);
  command.action(async ({ config, limit, json }: TrainingsOptions) => {
    const trainings = await withStore(config, (store) => store.trainings.list({ limit }));
    if (json) printJson(trainings);
    else printResult(tableWithNext(trainings));
  });
}

function tableWithNext(trainings: readonly StoredTraining[]): string {
  const next = trainings.length === 0 ? [] : ["", nextStep("its curves", "report", trainings[0].id)];
  return [trainingsTable(trainings), ...next].join("\n");
}
