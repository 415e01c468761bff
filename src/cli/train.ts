import type { Command } from "commander";
import { resolve } from "node:path";
import type { TrainOutcome } from "../train/train.js";
import { addJsonOption, addQuietOption } from "./common-options.js";
import { printJson, printResult } from "./output.js";
import { wholeNumber } from "./option-values.js";
import { runJob } from "./run-job.js";

interface TrainOptions {
  recipe: string;
  seed?: number;
  out: string;
  data?: string;
  resume?: boolean;
  json?: boolean;
  quiet?: boolean;
}

/** `nas4cim train`: a network from a recipe, in float and then with LSQ. */
export function addTrainCommand(program: Command): void {
  const command = program
    .command("train")
    .description("train a network by a recipe and write it for the bench (needs TensorFlow: nas4cim doctor)")
    .requiredOption("--recipe <file>", "what to train and how; fixtures/recipes has some")
    .requiredOption("--out <folder>", "where the network goes, and its checkpoint meanwhile")
    .option("--seed <number>", "another seed than the recipe's", wholeNumber("--seed", 0, 2 ** 32 - 1))
    .option("--data <folder>", "the data set's official files, where they are not to be looked for")
    .option("--resume", "go on from the checkpoint in the output folder");
  addJsonOption(command);
  addQuietOption(command);
  command.action(async ({ recipe, seed, out, data, resume: goOn = false, json, quiet = false }: TrainOptions) => {
    // Loaded here: no other command should wait for the training code.
    const { trainRecipe } = await import("../train/train.js");
    const request = {
      recipePath: resolve(recipe),
      seed,
      outputFolder: resolve(out),
      dataPath: data === undefined ? undefined : resolve(data),
      resume: goOn,
    };
    const outcome = await runJob(quiet, (context) => trainRecipe(request, context));
    if (json) printJson(outcome);
    else printResult(describe(outcome));
  });
}

function describe(outcome: TrainOutcome): string {
  const { networkFolder, parameters, testImages, floatCorrect, quantizedCorrect } = outcome;
  const share = (correct: number) => `${((100 * correct) / testImages).toFixed(2)} % (${correct} of ${testImages})`;
  return [
    `network    ${networkFolder}`,
    `parameters ${parameters.toLocaleString("en-US")}`,
    `float      ${share(floatCorrect)} of the test images`,
    `quantized  ${share(quantizedCorrect)}`,
  ].join("\n");
}
