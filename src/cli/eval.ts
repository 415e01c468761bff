import type { Command } from "commander";
import { resolve } from "node:path";
import { loadBenchConfig } from "../config/bench-config.js";
import { NasError } from "../base/errors.js";
import { configuredFolder, datasetOf } from "../data/dataset-facts.js";
import type { Split } from "../data/labelled-images.js";
import type { ImageSelection } from "../data/select-images.js";
import { addConfigOption, addJsonOption, addQuietOption } from "./common-options.js";
import { imageSelection, oneOf, positiveNumber, wholeNumber } from "./option-values.js";
import { nextStep } from "./text/next-step.js";
import { printJson, printResult } from "./output.js";
import { runJob } from "./run-job.js";

interface EvalOptions {
  network?: string;
  dataset?: string;
  data?: string;
  split: Split;
  images: ImageSelection;
  float?: boolean;
  quantized?: boolean;
  mirror?: boolean;
  weightNoise?: number;
  noiseSeed?: number;
  repeats?: number;
  config?: string;
  json?: boolean;
  quiet?: boolean;
}

/** `nas4cim eval`: what a network says of images, without macros. */
export function addEvalCommand(program: Command): void {
  const command = program
    .command("eval")
    .description("what a stored network says of images, in float and on integers, without macros (needs TensorFlow)")
    .option("--network <folder>", "network to evaluate; else the config's")
    .option("--dataset <name>", "fashion-mnist, cifar-10 or folder:PATH with pictures; else the config's")
    .option("--data <folder>", "the data set's files, where they are not to be looked for")
    .option("--split <which>", "test or train", oneOf("--split", ["test", "train"]), "test")
    .option("--images <which>", "smoke (100), ci (500), report (2000), full, or a number", imageSelection, "full")
    .option("--float", "only the stored weights in float")
    .option("--quantized", "only on integers, as an ideal macro with an endless ADC computes")
    .option("--mirror", "also the mean of the logits of each image and its mirror image (test-time flip)")
    .option(
      "--weight-noise <share>",
      "also Gaussian noise on the weights, of this share of a layer's largest |weight|",
      positiveNumber("--weight-noise"),
    )
    .option("--noise-seed <number>", "seed of that noise; 1", wholeNumber("--noise-seed", 0, 2 ** 32 - 1))
    .option("--repeats <number>", "draws of that noise; 5", wholeNumber("--repeats", 1, 1000));
  addConfigOption(command);
  addJsonOption(command);
  addQuietOption(command);
  command.action(async (options: EvalOptions) => {
    const request = requestOf(options);
    // Loaded here: no other command should wait for the training code.
    const { evaluateNetwork } = await import("../evaluate/eval-network.js");
    const document = await runJob(options.quiet ?? false, (context) => evaluateNetwork(request, context));
    if (options.json) {
      printJson(document);
      return;
    }
    const { evaluationText } = await import("./text/eval-text.js");
    const next = nextStep("the same on two macros", "run", "--network", document.network.folder);
    printResult(`${evaluationText(document)}\n\n${next}`);
  });
}

function requestOf(options: EvalOptions) {
  const { network, data, split, images, float, quantized, mirror = false } = options;
  const { config, resolve: fromConfig } = loadBenchConfig(options.config);
  const dataset = datasetOf(options.dataset ?? config.defaults.dataset);
  const configured = configuredFolder(config.data, dataset);
  const dataPath = data === undefined ? configured && fromConfig(configured) : resolve(data);
  return {
    networkFolder: network === undefined ? fromConfig(config.defaults.network) : resolve(network),
    dataset,
    ...(dataPath === undefined ? {} : { dataPath }),
    split,
    images,
    // Both options together ask for both.
    arithmetics: (["float", "integer"] as const).filter(
      (arithmetic) => float === quantized || (arithmetic === "float" ? float : quantized),
    ),
    mirror,
    ...weightNoiseOf(options),
  };
}

function weightNoiseOf({ weightNoise, noiseSeed, repeats }: EvalOptions) {
  if (weightNoise !== undefined) {
    return { weightNoise: { relativeSigma: weightNoise, seed: noiseSeed ?? 1, draws: repeats ?? 5 } };
  }
  for (const [option, value] of Object.entries({ "--noise-seed": noiseSeed, "--repeats": repeats })) {
    if (value === undefined) continue;
    throw new NasError("NAS_CLI_USAGE", `${option} is of no use without --weight-noise`, {
      hint: `add --weight-noise 0.05, or leave ${option} out`,
      context: { option, value },
    });
  }
  return {};
}
