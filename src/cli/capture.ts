import type { Command } from "commander";
import { readFileSync } from "node:fs";
import { messageOf, NasError } from "../base/errors.js";
import { addJsonOption } from "./common-options.js";
import { printJson, printResult } from "./output.js";

/** `nas4cim capture show`: a captured line for a person. */
export function addCaptureCommand(program: Command): void {
  const group = program.command("capture").description("look at the captured line of a board");
  const show = group
    .command("show <file>")
    .description("decode a capture: requests, replies and their times; damage and repetitions")
    .option("--frames", "every frame, too");
  addJsonOption(show);
  show.action(async (path: string, { frames = false, json }: { frames?: boolean; json?: boolean }) => {
    const [{ readCapture }, { dissect }, { captureJson, captureText }] = await Promise.all([
      import("../wire/capture.js"),
      import("../wire/dissect.js"),
      import("./text/capture-text.js"),
    ]);
    const { header, records } = readCapture(read(path));
    const dissected = dissect(records);
    if (json) printJson(captureJson(header, dissected, frames));
    else printResult(captureText(header, dissected, frames));
  });
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new NasError("NAS_WIRE_CAPTURE", `the capture ${path} cannot be read: ${messageOf(error)}`, {
      hint: "give the path of a capture",
      context: { path },
      cause: error,
    });
  }
}
