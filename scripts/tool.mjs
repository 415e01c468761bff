import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Absolute path of a file of this package. */
export function inRoot(path) {
  return join(root, path);
}

/**
 * Runs a script with this Node to its end and gives its exit code. What the script prints goes where ours goes, or with
 * `toStderr` to stderr alone: stdout belongs to the results of the command that was asked for.
 */
export function node(script, parameters, { toStderr = false, env = {} } = {}) {
  const { status, error, signal } = spawnSync(process.execPath, [script, ...parameters], {
    cwd: root,
    stdio: ["inherit", toStderr ? 2 : "inherit", "inherit"],
    env: { ...process.env, ...env },
  });
  if (error) throw error;
  return status ?? (signal === "SIGINT" || signal === "SIGTERM" ? 130 : 70);
}
