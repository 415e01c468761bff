import { defineDriver } from "nas4cim/driver";
import { discover } from "./discover.js";
import { openBoard } from "./open-board.js";
import { deviceOf, openLine } from "./open-line.js";
import { optionRoles, readOptions } from "./options.js";

/** A board on a serial port, USB or TCP that speaks docs/wire-protocol.md. */
export default defineDriver({
  id: "serial-board",
  contract: 2,
  optionRoles,
  deviceKey: async ({ name, options }) => deviceOf(readOptions(name, options).port),
  async open(request) {
    return openBoard(request, readOptions(request.name, request.options));
  },
  discover,
  async openLine({ name, options }) {
    return openLine(readOptions(name, options));
  },
});
