import { NasError } from "nas4cim/driver";
import type { Reply, StatusName } from "nas4cim/wire";

type Refusal = [code: ConstructorParameters<typeof NasError>[0], what: string, hint: string];

/** What each refusal of a board means for a person. */
const refusals: Partial<Record<StatusName, Refusal>> = {
  range: ["NAS_MACRO_RANGE", "refuses a value that is out of its range", "map the network for this board's spec"],
  notProgrammed: ["NAS_MACRO_CONTRACT", "says that the array holds no tile", "program a tile into the array first"],
  limit: [
    "NAS_BOARD_LIMIT",
    "refuses a write beyond its own limits",
    "lower maxVoltageMv, maxPulseNs or maxPulsesPerCell of the macro",
  ],
  stopped: ["NAS_BOARD_STOPPED", "is stopped", "see to the board, then: nas4cim board release"],
  brownOut: [
    "NAS_BOARD_FAILED",
    "lost its supply while writing",
    "look at the supply; some cells were written: read them back before anything else",
  ],
  memory: [
    "NAS_BOARD_MEMORY",
    "has no memory for the request",
    "correct its firmware: maxVectors and maxMessage must be what it has memory for",
  ],
  hardware: ["NAS_BOARD_FAILED", "reports that its macro failed", "look at the board's own log"],
  unsupported: ["NAS_BOARD_FAILED", "does not offer the operation", "correct its firmware: its capabilities claim it"],
  badRequest: ["NAS_WIRE_PROTOCOL", "does not understand the request", "correct its firmware: docs/wire-protocol.md"],
};

/** The body of a reply that says ok. @throws what the status means */
export function checked({ status, body }: Reply, call: string, array?: number): Uint8Array {
  if (status === "ok") return body;
  const where = array === undefined ? call : `${call} on array ${array}`;
  const [code, what, hint] = refusals[status] ?? ["NAS_WIRE_PROTOCOL", `answers ${status}`, "correct its firmware"];
  throw new NasError(code, `the board ${what} (${where})`, { hint, context: { status, call, array } });
}
