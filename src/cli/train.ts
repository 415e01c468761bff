import type { Command } from "commander";
import { resolve } from "node:path";
import { count, percent, percentDigits } from "../base/format.js";
import { loadBenchConfig } from "../config/bench-config.js";
import type { RecordedOutcome } from "../train/record-training.js";
import { addConfigOption, addJsonOption, addQuietOption } from "./common-options.js";
import { printJson, printResult } from "./output.js";
import { nextStep } from "./text/next-step.js";
import { positiveNumber, wholeNumber } from "./option-values.js";
import { runJob } from "./run-job.js";

interface TrainOptions {
  recipe: string;
  seed?: number;
  weightNoise?: number;
  out: string;
  data?: string;
  resume?: boolean;
  force?: boolean;
  record: boolean;
  config?: string;
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
    .option(
      "--weight-noise <share>",
      "train under this Gaussian noise on the weights, a share of a layer's largest |weight|, in the quantized phase",
      positiveNumber("--weight-noise", 0),
    )
    .option("--data <folder>", "the data set's official files, where they are not to be looked for")
    .option("--resume", "go on from the checkpoint in the output folder")
    .option("--force", "begin anew although a network or a checkpoint is in the output folder")
    .option("--no-record", "keep no record of the training in the store");
  addConfigOption(command);
  addJsonOption(command);
  addQuietOption(command);
  command.action(async ({ config, json, quiet = false, ...options }: TrainOptions) => {
    const request = {
      recipePath: resolve(options.recipe),
      seed: options.seed,
      weightNoise: options.weightNoise,
      outputFolder: resolve(options.out),
      dataPath: options.data === undefined ? undefined : resolve(options.data),
      resume: options.resume ?? false,
      force: options.force ?? false,
    };
    const storeFolder = options.record ? loadBenchConfig(config).storeFolder : undefined;
    // Loaded here: no other command should wait for the training code.
    const { trainRecorded } = await import("../train/record-training.js");
    const outcome = await runJob(quiet, (context) => trainRecorded(request, storeFolder, context));
    if (json) printJson(outcome);
    else printResult(describe(outcome));
  });
}

function describe(outcome: RecordedOutcome): string {
  const { networkFolder, parameters, testImages, dataCaveat, floatCorrect, quantizedCorrect, trainingId } = outcome;
  const share = (correct: number) =>
    `${percent(correct / testImages, percentDigits(testImages))} (${count(correct)} of ${count(testImages)})`;
  return [
    `network    ${networkFolder}`,
    `parameters ${count(parameters)}`,
    `float      ${share(floatCorrect)} of the test images`,
    `quantized  ${share(quantizedCorrect)}`,
    ...(dataCaveat === undefined ? [] : [`images     ${dataCaveat}`]),
    ...(trainingId === undefined ? [] : [`record     ${trainingId} (curves: nas4cim report ${trainingId})`]),
    "",
    nextStep("compare it on two macros", "run", "--network", networkFolder),
  ].join("\n");
}
