/** The door to zod: rooms write their schemas with this `z`, and nothing else imports the library. */
export { z } from "zod";
