// The long form of the link's reliability tests: a million frames with 1 % of each fault, 10,000 unpluggings.
// npm run build && node scripts/link-soak.mjs
import { inRoot, node } from "./tool.mjs";

const tests = [
  "dist/test/unit/wire/link.test.js",
  "dist/test/unit/wire/session.test.js",
  "dist/test/drivers/serial-board/unplug.test.js",
];
process.exitCode = node(
  inRoot("node_modules/mocha/bin/mocha.js"),
  ["--timeout", "0", ...tests.map((path) => inRoot(path))],
  {
    env: { NAS4CIM_SOAK: process.argv[2] ?? "10" },
  },
);
