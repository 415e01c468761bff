import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/** Where `nas4cim board emulate` serves a board if it is told nothing else, and what the port "emulated" means. */
export function emulatedPort(): { link: string } | { tcp: { host: string; port: number } } {
  // Windows has no pseudo terminals of this kind.
  if (process.platform === "win32") return { tcp: { host: "127.0.0.1", port: 47600 } };
  return { link: join(tmpdir(), `nas4cim-board-${userInfo().uid}`) };
}
