import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import { messageOf, NasError } from "../base/errors.js";
import { makeFolder } from "../base/make-folder.js";
import { checkpointPath } from "./checkpoint.js";

/** What a training may do to the folder that gets its network. */
export interface OutputChoice {
  outputFolder: string;
  /** Goes on from the checkpoint there. */
  resume: boolean;
  /** Begins anew although a network or a checkpoint is there. */
  force?: boolean;
}

/**
 * Makes a training's output folder and sees to it, before hours are spent, that the network can be written there and that
 * neither a finished network nor another training's checkpoint is lost.
 * @throws NAS_TRAIN_OUTPUT; NAS_TRAIN_CHECKPOINT where there is none to go on from
 */
export function prepareOutput({ outputFolder, resume, force = false }: OutputChoice): void {
  const hasCheckpoint = existsSync(checkpointPath(outputFolder));
  if (resume && !hasCheckpoint) {
    throw new NasError("NAS_TRAIN_CHECKPOINT", `there is no checkpoint in ${outputFolder} to go on from`, {
      hint: "leave --resume out to begin, or name the folder that the training went to",
      context: { file: checkpointPath(outputFolder) },
    });
  }
  if (!resume && !force) {
    if (hasCheckpoint) {
      throw refused(
        outputFolder,
        "a training was interrupted there",
        "go on with --resume, or begin anew with --force",
      );
    }
    if (existsSync(join(outputFolder, "network.json"))) {
      throw refused(outputFolder, "a network is there", "name another folder, or overwrite it with --force");
    }
  }
  try {
    makeFolder(outputFolder);
    accessSync(outputFolder, constants.W_OK);
  } catch (error) {
    throw refused(outputFolder, messageOf(error), "name a folder that you may write to", error);
  }
}

function refused(folder: string, why: string, hint: string, cause?: unknown): NasError {
  return new NasError("NAS_TRAIN_OUTPUT", `the network cannot go to ${folder}: ${why}`, {
    hint,
    context: { folder },
    cause,
  });
}
