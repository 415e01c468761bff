import type { OptionTable } from "nas4cim/driver";

export const replayOptions = {
  trace: { kind: "string", required: true, description: "The recording, a path from the config file." },
} as const satisfies OptionTable;
