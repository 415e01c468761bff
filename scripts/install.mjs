import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { inRoot, node, root } from "./tool.mjs";

/** Installs the packages of package-lock.json where node_modules does not hold them; touches no network where it does. */
export function install() {
  const reason = missing();
  if (reason === undefined) return 0;
  console.error(`installing packages with npm ci: ${reason}`);
  // No package here needs its install script (@photostructure/sqlite brings its binaries), so none is run.
  const code = npm(["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"]);
  if (code !== 0) console.error(`npm ci failed with exit code ${code}; what it says above is the reason`);
  return code === 0 ? 0 : 5;
}

/** Why npm ci has to run, or undefined. By content, not by time: a checkout touches files without changing them. */
function missing() {
  // npm writes this file last: without it an installation was interrupted.
  const installedPath = inRoot("node_modules/.package-lock.json");
  if (!existsSync(installedPath)) return "there are none yet";
  const wanted = packagesOf(inRoot("package-lock.json"));
  const installed = packagesOf(installedPath);
  for (const [path, { version, optional, peer, link }] of Object.entries(wanted)) {
    if (path === "" || link) continue;
    const found = installed[path];
    // Optional packages are left out where the platform is another.
    if (found === undefined && (optional || peer)) continue;
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    if (found === undefined) return `${name} ${version} is missing`;
    if (found.version !== version) return `${name} is ${found.version}, package-lock.json says ${version}`;
  }
  return undefined;
}

function packagesOf(path) {
  return JSON.parse(readFileSync(path, "utf8")).packages;
}

function npm(parameters) {
  // Started by npm, we know the very npm; else the one on the PATH, which on Windows only a shell starts.
  const own = process.env.npm_execpath;
  if (own !== undefined && basename(own) === "npm-cli.js") return node(own, parameters, { toStderr: true });
  const { status, error } = spawnSync("npm", parameters, {
    cwd: root,
    stdio: ["inherit", 2, "inherit"],
    shell: process.platform === "win32",
  });
  if (error) console.error(`npm cannot be started: ${error.message}`);
  return status ?? 5;
}
