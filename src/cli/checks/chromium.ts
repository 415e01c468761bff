import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Check, missing, present } from "./check.js";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Chromium, in which this project's own test looks at the report; NAS4CIM_CHROMIUM names another than the one on the PATH. */
export function checkChromium(): Check {
  const subject = { id: "chromium", title: "Chromium", needed: false };
  const named = process.env.NAS4CIM_CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = named ? [named] : folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return present(subject, found);
  const where = named ? `NAS4CIM_CHROMIUM names ${named}, which is not there` : "not on the PATH";
  const cure = "install chromium, or set NAS4CIM_CHROMIUM to a Chrome or Chromium";
  return missing(subject, where, "the test that looks at the report in a browser (the report itself needs none)", cure);
}
