import { defineDriver } from "nas4cim/driver";
import { openBoard } from "./open-board.js";
import { optionRoles, readOptions } from "./options.js";

/** A board on a serial port, USB or TCP that speaks docs/wire-protocol.md. */
export default defineDriver({
  id: "serial-board",
  contract: 2,
  optionRoles,
  async open(request) {
    return openBoard(request, readOptions(request.name, request.options));
  },
});
