import { join } from "node:path";
import { writeFileAtomic } from "../base/atomic-file.js";
import { messageOf, NasError } from "../base/errors.js";
import type { Report } from "../report/page.js";

/** Writes a report and its figures into a folder; gives the report's path. @throws NAS_REPORT_FAILED */
export function writeReport({ html, figures }: Report, folder: string): string {
  const reportPath = join(folder, "report.html");
  try {
    for (const { name, svg } of figures) writeFileAtomic(join(folder, "figures", `${name}.svg`), svg);
    writeFileAtomic(reportPath, html);
  } catch (error) {
    throw new NasError("NAS_REPORT_FAILED", `the report cannot be written to ${folder}: ${messageOf(error)}`, {
      hint: "make room or choose a folder you may write to; what it tells is in the store",
      context: { folder },
      cause: error,
    });
  }
  return reportPath;
}
