import type { Command } from "commander";
import { resolve } from "node:path";
import { addJsonOption } from "./common-options.js";
import { oneOf } from "./option-values.js";
import { printJson, printResult } from "./output.js";
import { type Start, starts, writeStart } from "./starting-points.js";
import { nextStep } from "./text/next-step.js";

/** `nas4cim init`: a starting point of one's own, which runs as it is written. */
export function addInitCommand(program: Command): void {
  const command = program
    .command("init")
    .description("write a starting point: a bench with its config, or a driver with its test")
    .argument("<what>", starts.join(" or "), oneOf<Start>("init", starts))
    .argument("[folder]", "where to; else a folder of that name; no file there is written over");
  addJsonOption(command);
  command.action((what: Start, folder: string | undefined, { json }: { json?: boolean }) => {
    const target = resolve(folder ?? what);
    const files = writeStart(what, target);
    if (json) {
      printJson({ folder: target, files });
      return;
    }
    const next = nextStep(`in ${target}`, "run", "--images", "smoke");
    printResult([...files.map((file) => `wrote ${file}`), "", next].join("\n"));
  });
}
