// The public face of the package as text, one file an entry: node scripts/api.mjs [--write]. Without --write it compares, and
// gives 1 where the face is another than the one written down.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Extractor, ExtractorConfig } from "@microsoft/api-extractor";
import { inRoot, root } from "./tool.mjs";

const kept = inRoot("api");
const made = inRoot("dist/api-report");

/** Every entry that package.json offers: its name and its types. */
function entries() {
  const { exports } = JSON.parse(readFileSync(inRoot("package.json"), "utf8"));
  return Object.entries(exports)
    .filter(([, entry]) => typeof entry === "object")
    .map(([path, { types }]) => ({ name: path === "." ? "nas4cim" : `nas4cim-${basename(path)}`, types }));
}

/** The report of one entry, in dist/api-report. */
function report({ name, types }) {
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: inRoot(types),
      apiReport: { enabled: true, reportFolder: made, reportTempFolder: made, reportFileName: `${name}.api.md` },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      compiler: { tsconfigFilePath: inRoot("tsconfig.json") },
      newlineKind: "lf",
      messages: {
        compilerMessageReporting: { default: { logLevel: "none" } },
        extractorMessageReporting: { default: { logLevel: "none" } },
        tsdocMessageReporting: { default: { logLevel: "none" } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: inRoot("package.json"),
  });
  Extractor.invoke(config, { localBuild: true, messageCallback: (message) => (message.handled = true) });
  return `${name}.api.md`;
}

/** Gives the names of the reports that are not as they are kept; writes them where that is wanted. */
export function changedFaces({ write = false } = {}) {
  rmSync(made, { recursive: true, force: true });
  for (const folder of [made, kept]) mkdirSync(folder, { recursive: true });
  return entries()
    .map(report)
    .filter((name) => {
      const [now, before] = [join(made, name), join(kept, name)];
      if (existsSync(before) && readFileSync(before, "utf8") === readFileSync(now, "utf8")) return false;
      if (write) copyFileSync(now, before);
      return true;
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const write = process.argv.includes("--write");
  const changed = changedFaces({ write });
  for (const name of changed)
    console.log(
      write
        ? `wrote api/${name}`
        : `api/${name} is not the public face any more: see dist/api-report, and \`npm run api\` where the change is meant`,
    );
  process.exitCode = changed.length > 0 && !write ? 1 : 0;
}
