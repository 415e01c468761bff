import type { Command } from "commander";
import { addConfigOption, addJsonOption } from "./common-options.js";
import { printJson, printResult } from "./output.js";
import { withWritableStore } from "./stored-runs.js";

interface TagOptions {
  remove?: boolean;
  config?: string;
  json?: boolean;
}

/** `nas4cim tag`: words by which runs are found again. */
export function addTagCommand(program: Command): void {
  const command = program
    .command("tag")
    .description("give a run tags, or take them away; `runs --filter tag=…` finds it by them")
    .argument("<run>", 'a run\'s id, the beginning of it, or "latest"')
    .argument("<tags...>", "words of letters, digits, ., - and _")
    .option("--remove", "take these tags away");
  addConfigOption(command);
  addJsonOption(command);
  command.action(async (run: string, tags: string[], { remove = false, config, json }: TagOptions) => {
    const change = remove ? { remove: tags } : { add: tags };
    const tagged = await withWritableStore(config, (store) => store.tagRun(run, change));
    if (json) printJson(tagged);
    else printResult(`${tagged.id}: ${tagged.tags.length === 0 ? "no tags" : tagged.tags.join(", ")}`);
  });
}
