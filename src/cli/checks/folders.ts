import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "../../base/errors.js";
import { cacheFolder } from "../../base/paths.js";
import { type Check, type CheckSubject, missing, present } from "./check.js";

/** The folder of the run store: it need not be there yet, but it must be possible to make it. */
export function checkStoreFolder(folder: string): Check {
  const subject = { id: "store", title: "folder of the run store", needed: true };
  return checkWritable(
    subject,
    folder,
    "every run",
    "set store.folder in bench.config.json to a folder you may write to",
  );
}

/** The user's cache; without it a run works, but fetches its data set each time. */
export function checkCacheFolder(): Check {
  const subject = { id: "cache", title: "cache folder", needed: false };
  const prevents = "keeping fetched data sets and TensorFlow between runs";
  return checkWritable(subject, cacheFolder(), prevents, "set NAS4CIM_CACHE to a folder you may write to");
}

function checkWritable(subject: CheckSubject, folder: string, prevents: string, cure: string): Check {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
    return present(subject, existing === folder ? folder : `${folder} (will be made)`);
  } catch (error) {
    return missing(subject, `${folder} is not writable: ${messageOf(error)}`, prevents, cure);
  }
}
