#!/usr/bin/env node
// Only what an old Node can read: it shall say that it is too old, and not where its parser stumbled.
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    "nas4cim needs Node 20.19 or newer, this is Node " + process.versions.node + " (" + process.execPath + ").",
  );
  process.exitCode = 5;
} else {
  import("../dist/src/cli/main.js").then(
    ({ main }) => main(process.argv),
    (error) => {
      if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
      console.error("nas4cim is not built or not whole: " + error.message);
      console.error("In a clone run `npm run build`; an installed package is cured by installing it again.");
      process.exitCode = 5;
    },
  );
}
