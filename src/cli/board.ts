import type { Command } from "commander";
import { addByHandCommands } from "./board/by-hand.js";
import { addVerifyCommand } from "./board/verify.js";
import { addEmulateCommand } from "./board/emulate.js";

/** `nas4cim board …`: what a person does with a board by hand. */
export function addBoardCommand(program: Command): void {
  const group = program.command("board").description("talk to a board by hand, verify one, or be one");
  for (const add of [addEmulateCommand, addVerifyCommand, addByHandCommands]) add(group);
}
