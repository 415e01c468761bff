import type { Command } from "commander";
import { loadDriver } from "../macro/load-driver.js";
import type { FoundDevice } from "../macro/define-driver.js";
import { addJsonOption } from "./common-options.js";
import { printJson, printResult } from "./output.js";

/** `nas4cim boards`: the ports of this machine, and which of them may be boards. */
export function addBoardsCommand(program: Command): void {
  const command = program
    .command("boards")
    .description("list the ports of this machine with their USB identity")
    .option("--probe", "greet each one: sends bytes to whatever is there");
  addJsonOption(command);
  command.action(async ({ probe = false, json }: { probe?: boolean; json?: boolean }) => {
    const driver = await loadDriver("serial-board", process.cwd());
    const found = (await driver.discover?.({ probe })) ?? [];
    if (json) printJson(found);
    else printResult(found.length === 0 ? "no ports" : found.map(lineOf).join("\n"));
  });
}

function lineOf({ port, description, serialNumber, board }: FoundDevice): string {
  const usb = serialNumber === undefined ? "" : `  usb:${serialNumber}`;
  const answer = board === undefined ? "" : `  ${board}`;
  return `${port}${usb}  ${description}${answer}`;
}
