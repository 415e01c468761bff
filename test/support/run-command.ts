import { spawn } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../src/base/paths.js";

/** How a command ended and what it printed. */
export interface CommandResult {
  /** null where a signal ended it. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  cwd?: string;
  /** Added to the environment; undefined takes a variable out of it. */
  env?: Record<string, string | undefined>;
  /** Runs as this user, which the superuser alone can ask for. */
  uid?: number;
  /** Sees what came on stderr so far, each time something came; may send a signal. */
  onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** Runs `nas4cim` of this build as a process of its own. */
export function runCommand(parameters: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return runScript(join(packageRoot(), "bin/nas4cim.js"), parameters, options);
}

/** Runs a script with this Node. */
export function runScript(
  script: string,
  parameters: readonly string[],
  { cwd, env, uid, onStderr }: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [script, ...parameters], {
    cwd,
    env: { ...process.env, ...env },
    uid,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    onStderr?.(stderr, (signal) => child.kill(signal));
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
