/**
 * `npm run bench:link`: what the wire carries, over a pseudo terminal and the real serialport binding, the board in a process of
 * its own. Every figure is measured in this very run. `-- --json` prints { cases: [...] }; `-- --images N` changes the number of
 * images that the default network is run on (500; 0 leaves it out).
 */
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPort } from "../../drivers/serial-board/binding.js";
import { packageRoot } from "../../src/base/paths.js";
import { HostSession } from "../../src/wire/host-session.js";
import { Pump } from "../../src/wire/pump.js";

interface Case {
  name: string;
  seconds: number;
  /** Payload of requests and of replies, each way, MB/s. */
  megabytesPerSecond?: number;
  /** Of what the line can carry in one direction. */
  shareOfLineRate?: number;
  imagesPerHour?: number;
  /** Line rate over the bytes of one image in the busier direction, for what the board does itself. */
  boundImagesPerHour?: number;
  hostCpuSeconds: number;
  boardCpuSeconds?: number;
}

const nas4cim = join(packageRoot(), "bin/nas4cim.js");
const bodyBytes = 16_384;
const inFlight = 12;

/** Starts a script in a process of its own; gives what it prints first. */
async function start(script: string, parameters: readonly string[]): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, [script, ...parameters], { stdio: ["ignore", "pipe", "inherit"] });
  const [text] = (await once(child.stdout, "data")) as [Buffer];
  return { child, said: text.toString().trim() };
}

/** Ends it; gives its CPU seconds, where it says them. */
async function stop(child: ChildProcess): Promise<number | undefined> {
  const said = new Promise<string>((resolve) => child.stdout!.once("data", (text: Buffer) => resolve(text.toString())));
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const cpu = Number(await Promise.race([said, ended.then(() => "")]));
  await ended;
  return Number.isFinite(cpu) && cpu > 0 ? cpu : undefined;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function throughput(name: string, baudRate: number, seconds: number): Promise<Case> {
  const { child, said } = await start(join(packageRoot(), "dist/test/bench/echo-board.js"), [String(baudRate)]);
  const line = await openPort({ path: said, baudRate: 3_000_000 });
  const own = { maxPayload: 4096, window: 131072, maxMessage: 65536 };
  const bytesPerSecond = baudRate === 0 ? 50e6 : baudRate / 10;
  const session: HostSession = new HostSession(
    { session: randomBytes(8), own, bytesPerSecond },
    { opened: () => session.release(), failed: (error) => console.error(error.message) },
  );
  const pump = new Pump(session, line, { bytesPerSecond });
  session.greet(randomBytes(8));
  const body = randomBytes(bodyBytes);
  await session.request("readback", body);
  const cpuBefore = cpuSeconds();
  const startedMs = performance.now();
  let replies = 0;
  const ask = async () => {
    while (performance.now() - startedMs < 1000 * seconds) {
      await session.request("readback", body);
      replies++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, ask));
  const took = (performance.now() - startedMs) / 1000;
  const hostCpuSeconds = cpuSeconds() - cpuBefore;
  pump.close();
  line.destroy();
  const bytes = replies * bodyBytes;
  return {
    name,
    seconds: took,
    megabytesPerSecond: bytes / took / 1e6,
    ...(baudRate === 0 ? {} : { shareOfLineRate: bytes / took / bytesPerSecond }),
    hostCpuSeconds,
    boardCpuSeconds: await stop(child),
  };
}

/** Runs a command of nas4cim; gives what it printed, and its wall seconds. */
async function command(words: readonly string[]): Promise<{ stdout: string; seconds: number }> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [nas4cim, ...words], { stdio: ["ignore", "pipe", "inherit"] });
  let stdout = "";
  child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
  const [code] = (await once(child, "close")) as [number];
  if (code !== 0) throw new Error(`nas4cim ${words.join(" ")} ended with ${code}`);
  return { stdout, seconds: (performance.now() - startedMs) / 1000 };
}

/** A virtual board with the times of hardware on a line of 3 Mbaud: programming one array, and the default network on it. */
async function onVirtualBoard(images: number): Promise<Case[]> {
  const folder = mkdtempSync(join(tmpdir(), "nas4cim-bench-"));
  const link = join(folder, "board");
  const emulation = await start(nas4cim, ["board", "emulate", "--link", link, "--baud", "3000000", "--quiet"]);
  try {
    process.env.XDG_DATA_HOME = folder;
    const tile = join(folder, "tile.json");
    writeFileSync(tile, JSON.stringify({ rows: 128, columns: 128, levels: new Array(16_384).fill(5) }));
    // Opening the board and starting Node cost the same with less to do.
    const idle = await command(["board", "status", "--port", link, "--json"]);
    const programmed = await command(["board", "program", "--port", link, "--levels", tile, "--json"]);
    const cases: Case[] = [
      {
        name: "programming a 128 × 128 tile, 3 Mbaud",
        seconds: programmed.seconds - idle.seconds,
        hostCpuSeconds: NaN,
      },
    ];
    if (images > 0) cases.push(await runNetwork(folder, link, images));
    return cases;
  } finally {
    await stop(emulation.child);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runNetwork(folder: string, link: string, images: number): Promise<Case> {
  const config = join(folder, "bench.config.json");
  const board = { driver: "serial-board", options: { port: link, ledgerFolder: folder } };
  const network = join(packageRoot(), "fixtures/networks/fashion-mnist-accuracy-first");
  const macros = { board, ideal: { driver: "simulator" } };
  writeFileSync(config, JSON.stringify({ macros, defaults: { subject: "board", reference: "ideal", network } }));
  const run = await command(["run", "--config", config, "--images", String(images), "--json", "--quiet"]);
  const { timing } = JSON.parse(run.stdout) as { timing: { steps: { step: string; seconds: number }[] } };
  const seconds = timing.steps.find(({ step }) => step === "infer subject")!.seconds;
  const map = await command(["map", "--json"]);
  const { link: schemes } = JSON.parse(map.stdout) as {
    link: { upBytes: number; downBytes: number; isThis: boolean }[];
  };
  const { upBytes, downBytes } = schemes.find(({ isThis }) => isThis)!;
  return {
    name: `default network, ${images} images, 3 Mbaud`,
    seconds,
    imagesPerHour: (3600 * images) / seconds,
    boundImagesPerHour: (3600 * 300_000) / Math.max(upBytes, downBytes),
    hostCpuSeconds: NaN,
  };
}

const parameters = process.argv.slice(2);
const at = parameters.indexOf("--images");
const images = at < 0 ? 500 : Number(parameters[at + 1]);
const cases = [
  await throughput("921600 baud", 921_600, 5),
  await throughput("3 Mbaud", 3_000_000, 5),
  await throughput("as fast as it goes", 0, 5),
  ...(await onVirtualBoard(images)),
];
if (parameters.includes("--json")) console.log(JSON.stringify({ cases }, undefined, 2));
else for (const one of cases) console.log(lineOf(one));

function lineOf({ name, seconds, ...figures }: Case): string {
  const { megabytesPerSecond: rate, shareOfLineRate: share, imagesPerHour, boundImagesPerHour } = figures;
  const words = [
    rate === undefined ? "" : `${rate.toFixed(3)} MB/s each way`,
    share === undefined ? "" : `${(100 * share).toFixed(1)} % of the line`,
    imagesPerHour === undefined
      ? ""
      : `${Math.round(imagesPerHour)} images/h, bound ${Math.round(boundImagesPerHour!)}`,
    `${seconds.toFixed(2)} s`,
    Number.isNaN(figures.hostCpuSeconds) ? "" : `CPU: host ${((100 * figures.hostCpuSeconds) / seconds).toFixed(0)} %`,
    figures.boardCpuSeconds === undefined ? "" : `board ${((100 * figures.boardCpuSeconds) / seconds).toFixed(0)} %`,
  ];
  return `${name.padEnd(42)} ${words.filter((word) => word !== "").join(", ")}`;
}
