import type { Command } from "commander";
import { addConfigOption, addJsonOption } from "./common-options.js";
import { printJson, printResult } from "./output.js";
import { withWritableStore } from "./stored-runs.js";
import { printable } from "../base/printable.js";

/** `nas4cim note`: one remark on a run. */
export function addNoteCommand(program: Command): void {
  const command = program
    .command("note")
    .description("keep a remark with a run, in the place of the one it had; without a text, take it away")
    .argument("<run>", 'a run\'s id, the beginning of it, or "latest"')
    .argument("[text...]", "the remark");
  addConfigOption(command);
  addJsonOption(command);
  command.action(async (run: string, words: string[], { config, json }: { config?: string; json?: boolean }) => {
    const text = words.length === 0 ? undefined : words.join(" ");
    const noted = await withWritableStore(config, (store) => store.noteRun(run, text));
    if (json) printJson(noted);
    else printResult(`${noted.id}: ${noted.note === undefined ? "no note" : printable(noted.note)}`);
  });
}
