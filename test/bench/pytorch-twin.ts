import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../../src/base/paths.js";

/** What to time in PyTorch; see pytorch-twin.py. */
export interface TwinQuestion {
  network: "resnet20" | "fashion";
  task: "step" | "inference";
  lsq: boolean;
  layout: "channels_last" | "nchw";
  batch: number;
  repeats: number;
}

/** Of each repeat: wall time, and processor time of all threads. */
export interface Times {
  milliseconds: number[];
  cpuMilliseconds: number[];
}

/** A running pytorch-twin.py: it sleeps until it is asked. */
export interface PytorchTwin {
  version: string;
  threads: number;
  /** Trainable numbers in float, by network. */
  parameters: Record<TwinQuestion["network"], number>;
  time(question: TwinQuestion): Promise<Times>;
  close(): Promise<void>;
}

/** Starts the twin with $NAS4CIM_PYTHON, else python3; where that has no torch, the reason as a text. */
export async function startPytorchTwin(threads: number): Promise<PytorchTwin | string> {
  const python = process.env.NAS4CIM_PYTHON ?? "python3";
  const child = spawn(python, [join(packageRoot(), "test", "bench", "pytorch-twin.py"), String(threads)], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString("utf8")));
  const failed = once(child, "error").then(([error]) => (complaint += String(error)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const hello = await Promise.race([lines.next(), failed.then(() => undefined)]);
  if (hello === undefined || hello.done === true) {
    return `${python} gives no PyTorch: ${complaint.trim().split("\n").at(-1) ?? "it ended"}`;
  }
  const {
    torch,
    threads: used,
    parameters,
  } = JSON.parse(hello.value) as {
    torch: string;
    threads: number;
    parameters: PytorchTwin["parameters"];
  };
  return {
    version: torch,
    threads: used,
    parameters,
    async time(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const reply = await lines.next();
      if (reply.done === true) throw new Error(`pytorch-twin.py ended: ${complaint.trim()}`);
      return JSON.parse(reply.value) as Times;
    },
    async close() {
      const closed = once(child, "close");
      child.stdin.end();
      await closed;
    },
  };
}
