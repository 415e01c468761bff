import { spawn, spawnSync } from "node:child_process";
import { NasError } from "../../base/errors.js";

/** How a tool came out: its exit status, and the end of what it printed on both streams. */
export interface ToolResult {
  ok: boolean;
  /** The last few thousand characters of stdout and stderr together. */
  output: string;
  /** Why it failed, one line. */
  reason?: string;
}

const keptCharacters = 8000;

/**
 * Runs a program to its end without a shell, and ends it at `timeoutMs` or on the abort signal. A program that is
 * missing or fails is a result, no exception: the caller has another way to go.
 * @throws NAS_INTERRUPTED where the signal fires.
 */
export async function runTool(
  command: string,
  parameters: readonly string[],
  options: { cwd: string; timeoutMs: number; signal?: AbortSignal; environment?: Record<string, string> },
): Promise<ToolResult> {
  const child = spawn(command, parameters, {
    cwd: options.cwd,
    env: { ...process.env, ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
    // npm is a script there, which only a shell starts; no parameter of ours comes from outside.
    shell: process.platform === "win32",
    timeout: options.timeoutMs,
    signal: options.signal,
  });
  let output = "";
  const keep = (chunk: Buffer) => (output = (output + chunk.toString("utf8")).slice(-keptCharacters));
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const reason = await new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, killedBy) => {
      if (code === 0) resolve(undefined);
      else if (killedBy) resolve(`ended by ${killedBy} (after at most ${options.timeoutMs / 60_000} minutes)`);
      else resolve(lastLine(output) ?? `exit status ${code}`);
    });
  });
  if (options.signal?.aborted) {
    throw new NasError("NAS_INTERRUPTED", `interrupted while ${command} ran`, { hint: "run the command again" });
  }
  return { ok: reason === undefined, output, reason };
}

/** The first of these programs that answers `--version`, or undefined. */
export function firstTool(commands: readonly string[]): string | undefined {
  return commands.find(
    (command) =>
      spawnSync(command, ["--version"], { stdio: "ignore", shell: process.platform === "win32" }).status === 0,
  );
}

/** The line that most likely says what went wrong: the last with the word error, else the last one. */
function lastLine(output: string): string | undefined {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  return (lines.findLast((line) => /\berror\b/i.test(line)) ?? lines.at(-1))?.trim();
}
